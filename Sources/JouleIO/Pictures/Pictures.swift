/// Pictures of many small images on a grid.
public enum Pictures {
  /// How numbers become grey levels. NaN is drawn in the middle grey.
  public enum Scale: Sendable {
    /// 0 is black, 1 is white; what lies outside is clipped.
    case unit
    /// 0 is the middle grey; the largest magnitude over all tiles is black or white.
    case symmetric
    /// 0 is the middle grey; the largest magnitude of each tile is black or white in it.
    case symmetricPerTile
  }

  /// Draws tiles row by row on a grid that is about square.
  ///
  /// - Parameters:
  ///   - values: `[count, height · width]`, row-major.
  ///   - height: the pixels that a tile is high.
  ///   - width: the pixels that a tile is wide.
  ///   - columns: tiles in a row of the grid; nil for a square picture.
  ///   - scale: how numbers become grey levels.
  ///   - zoom: how many times each pixel is repeated; nil for a picture some 800 pixels wide.
  ///   - margin: pixels between tiles and around them, after the zoom.
  /// - Precondition: sizes are positive and `values` holds whole tiles, at least one.
  public static func grid(
    _ values: [Float], height: Int, width: Int, columns: Int? = nil, scale: Scale = .unit,
    zoom: Int? = nil, margin: Int = 2
  ) -> GrayImage {
    precondition(
      height > 0 && width > 0 && margin >= 0 && (zoom ?? 1) > 0 && (columns ?? 1) > 0,
      "sizes are positive: height \(height), width \(width), margin \(margin)")
    precondition(
      !values.isEmpty && values.count % (height * width) == 0,
      "\(values.count) values are not whole tiles of \(height)×\(width)")
    let count = values.count / (height * width)
    let columns = min(count, columns ?? squareColumns(count, height: height, width: width))
    let rows = (count + columns - 1) / columns
    let zoom = zoom ?? max(1, min(8, 800 / (columns * width)))

    var picture = GrayImage(
      width: columns * (width * zoom + margin) + margin,
      height: rows * (height * zoom + margin) + margin, level: 96)
    let largest = scale == .symmetric ? largestMagnitude(values[...]) : 0
    for tile in 0..<count {
      let pixels = values[tile * height * width..<(tile + 1) * height * width]
      let top = scale == .symmetricPerTile ? largestMagnitude(pixels) : largest
      let levels = pixels.map { level($0, scale, largest: top) }
      picture.place(
        levels, width: width, zoom: zoom,
        x: margin + tile % columns * (width * zoom + margin),
        y: margin + tile / columns * (height * zoom + margin))
    }
    return picture
  }

  private static func squareColumns(_ count: Int, height: Int, width: Int) -> Int {
    max(1, Int((Double(count * height) / Double(width)).squareRoot().rounded(.up)))
  }

  private static func largestMagnitude(_ values: ArraySlice<Float>) -> Float {
    values.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  }

  private static func level(_ value: Float, _ scale: Scale, largest: Float) -> UInt8 {
    guard !value.isNaN else { return 128 }
    let unit =
      switch scale {
      case .unit: value
      case .symmetric, .symmetricPerTile: largest > 0 ? 0.5 + 0.5 * value / largest : 0.5
      }
    return UInt8((255 * min(1, max(0, unit))).rounded())
  }
}

extension GrayImage {
  /// Copies an image into this one, each of its pixels as a square of `zoom` by `zoom`.
  fileprivate mutating func place(_ levels: [UInt8], width: Int, zoom: Int, x: Int, y: Int) {
    for (index, level) in levels.enumerated() {
      let left = x + index % width * zoom
      let top = y + index / width * zoom
      for line in top..<top + zoom {
        for column in left..<left + zoom { pixels[line * self.width + column] = level }
      }
    }
  }
}
