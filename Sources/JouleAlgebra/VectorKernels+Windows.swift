import CVectorKernels

/// Overlapping windows over pictures, `[batch, height, width, channels]`, as convolutions see them.
public struct ImageWindows: Sendable, Equatable {
  /// The length of every axis of the pictures.
  public let batch: Int, height: Int, width: Int, channels: Int
  /// The size of a window.
  public let windowHeight: Int, windowWidth: Int
  /// How far windows are apart, in both directions.
  public let stride: Int
  /// How far before the picture the first windows begin; what is outside counts as zero.
  public let padding: Int

  /// Windows in a column and in a row of them; 0 where the padded picture is smaller than a window.
  public var outputHeight: Int { Self.count(height, windowHeight, stride, padding) }
  public var outputWidth: Int { Self.count(width, windowWidth, stride, padding) }

  /// - Parameter shape: `[batch, height, width, channels]`.
  /// - Precondition: windows and strides of at least 1, a padding smaller than a window.
  public init(
    _ shape: [Int], windowHeight: Int, windowWidth: Int, stride: Int = 1, padding: Int = 0
  ) {
    precondition(
      shape.count == 4 && shape.allSatisfy { $0 >= 0 },
      "windows are over [batch, height, width, channels], got shape \(shape)")
    precondition(
      windowHeight > 0 && windowWidth > 0 && stride > 0 && padding >= 0
        && padding < min(windowHeight, windowWidth),
      "windows of \(windowHeight)×\(windowWidth), stride \(stride), padding \(padding): sizes and stride are at "
        + "least 1, the padding less than a window")
    (batch, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
    self.windowHeight = windowHeight
    self.windowWidth = windowWidth
    self.stride = stride
    self.padding = padding
  }

  private static func count(_ length: Int, _ window: Int, _ stride: Int, _ padding: Int) -> Int {
    let room = length + 2 * padding - window
    return room < 0 ? 0 : room / stride + 1
  }

  /// Elements of the pictures.
  public var pictureCount: Int { batch * height * width * channels }

  /// Elements of all windows.
  public var patchCount: Int {
    batch * outputHeight * outputWidth * windowHeight * windowWidth * channels
  }

  fileprivate var description: jk_windows {
    jk_windows(
      batch: Int64(batch), height: Int64(height), width: Int64(width), channels: Int64(channels),
      window_height: Int64(windowHeight), window_width: Int64(windowWidth), stride: Int64(stride),
      padding: Int64(padding), out_height: Int64(outputHeight), out_width: Int64(outputWidth))
  }
}

extension VectorKernels {
  /// The elements of every window in a row of their own, zero where it reaches out of the picture.
  ///
  /// - Parameters:
  ///   - pictures: `[batch, height, width, channels]`.
  ///   - patches: `[batch, outputHeight, outputWidth, windowHeight, windowWidth, channels]`, overwritten.
  public func patches<S: KernelScalar>(
    of pictures: Span<S>, _ windows: ImageWindows, into patches: consuming MutableSpan<S>
  ) {
    requireCount(pictures.count, windows.pictureCount, "pictures")
    requireCount(patches.count, windows.patchCount, "patches")
    let run = functions(for: S.self).patches
    var description = windows.description
    patches.withUnsafeMutableBytes { patches in
      pictures.withUnsafeBytes { pictures in
        guard let patches = patches.baseAddress, let pictures = pictures.baseAddress else { return }
        run(pictures, patches, &description)
      }
    }
  }

  /// Adds the elements of every window to the picture where they are from.
  ///
  /// - Parameters:
  ///   - patches: as `patches` gives them.
  ///   - pictures: `[batch, height, width, channels]`, in place.
  public func addPatches<S: KernelScalar>(
    _ patches: Span<S>, _ windows: ImageWindows, to pictures: consuming MutableSpan<S>
  ) {
    requireCount(pictures.count, windows.pictureCount, "pictures")
    requireCount(patches.count, windows.patchCount, "patches")
    let run = functions(for: S.self).add_patches
    var description = windows.description
    pictures.withUnsafeMutableBytes { pictures in
      patches.withUnsafeBytes { patches in
        guard let patches = patches.baseAddress, let pictures = pictures.baseAddress else { return }
        run(patches, pictures, &description)
      }
    }
  }

  /// Columns of a matrix ← as many columns of another.
  ///
  /// - Parameters:
  ///   - x: `[rows, xColumns]`.
  ///   - result: `[rows, resultColumns]`.
  ///   - start, target: where the columns begin in either.
  ///   - count: how many columns.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func copyColumns<S: KernelScalar>(
    rows: Int, count: Int, of x: Span<S>, columns xColumns: Int, from start: Int,
    to result: consuming MutableSpan<S>, columns resultColumns: Int, at target: Int
  ) {
    requireCount(x.count, rows * xColumns, "x")
    requireCount(result.count, rows * resultColumns, "result")
    precondition(
      count >= 0 && start >= 0 && target >= 0 && start + count <= xColumns
        && target + count <= resultColumns,
      "\(count) columns from \(start) of \(xColumns) to \(target) of \(resultColumns)")
    let size = MemoryLayout<S>.stride
    result.withUnsafeMutableBytes { result in
      x.withUnsafeBytes { x in
        for row in 0..<rows {
          let from = (row * xColumns + start) * size
          let to = (row * resultColumns + target) * size
          UnsafeMutableRawBufferPointer(rebasing: result[to..<to + count * size])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: x[from..<from + count * size]))
        }
      }
    }
  }
}
