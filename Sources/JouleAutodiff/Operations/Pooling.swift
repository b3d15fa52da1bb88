import JouleTensor

extension Value {
  /// The mean of every window over pictures, channel by channel.
  ///
  /// - Parameters:
  ///   - size: the height and width of a window.
  ///   - stride: how far windows are apart; nil for side by side.
  ///   - padding: rows and columns of zeros around a picture, which count.
  /// - Returns: `[batch, height, width, channels]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func averagePool(_ size: Int, stride: Int? = nil, padding: Int = 0) -> Value {
    pooled("averagePool", size, stride, padding) { $0.mean(along: 3) }
  }

  /// The largest of every window over pictures, channel by channel; equals share the derivative.
  ///
  /// - Parameters:
  ///   - size: the height and width of a window.
  ///   - stride: how far windows are apart; nil for side by side.
  /// - Returns: `[batch, height, width, channels]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func maximumPool(_ size: Int, stride: Int? = nil) -> Value {
    pooled("maximumPool", size, stride, 0) { $0.max(along: 3) }
  }

  private func pooled(
    _ name: String, _ size: Int, _ stride: Int?, _ padding: Int, _ reduce: (Value) -> Value
  ) -> Value {
    let windows = windows(name, [size, size], stride ?? size, padding)
    let patches = Value.apply(Patches(windows: windows), to: [self])
    return reduce(
      patches.reshaped(to: Array(patches.shape[..<3]) + [size * size, windows.channels]))
  }
}
