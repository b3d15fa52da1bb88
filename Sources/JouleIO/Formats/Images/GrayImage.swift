/// An image of grey levels: 0 is black, 255 is white.
public struct GrayImage: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// Row-major from the top left, `height · width`.
  public var pixels: [UInt8]

  /// - Precondition: `pixels.count` = `width · height`.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width >= 0 && height >= 0 && pixels.count == width * height,
      "an image of \(width)×\(height) has \(width * height) pixels, got \(pixels.count)")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// An image of one level.
  public init(width: Int, height: Int, level: UInt8) {
    self.init(
      width: width, height: height, pixels: [UInt8](repeating: level, count: width * height))
  }

  /// The grey level of a colour: Rec. 709 luma, in whole numbers that sum to 2¹⁶.
  static func level(red: UInt8, green: UInt8, blue: UInt8) -> UInt8 {
    let luma = 13_933 * Int(red) + 46_871 * Int(green) + 4_732 * Int(blue)
    return UInt8((luma + 32_768) >> 16)
  }
}
