extension Tensor: CustomStringConvertible {
  /// The scalar type, the shape, and the elements to six digits in nested brackets; of an axis longer
  /// than eight, the first three and the last three.
  ///
  ///     Tensor<Float> [2, 3]
  ///     [[1.0, 0.5, -2.0],
  ///      [0.333333, 4.0, 5.0]]
  public var description: String {
    "Tensor<\(Scalar.self)> \(shape)\n" + (count == 0 ? "[]" : text(axis: 0, offset: 0))
  }

  private func text(axis: Int, offset: Int) -> String {
    guard axis < rank else { return Self.sixDigits(Double(elements[offset])) }
    let inner = shape[(axis + 1)...].reduce(1, *)
    let length = shape[axis]
    let shown = length > 8 ? Array(0..<3) + Array(length - 3..<length) : Array(0..<length)
    var parts = shown.map { text(axis: axis + 1, offset: offset + $0 * inner) }
    if length > 8 { parts.insert("…", at: 3) }
    let depth = rank - axis - 1
    let separator =
      depth == 0
      ? ", " : "," + String(repeating: "\n", count: depth) + String(repeating: " ", count: axis + 1)
    return "[" + parts.joined(separator: separator) + "]"
  }

  /// Six significant digits. Beyond powers of ten that Double holds exactly, the shortest text that
  /// reads back as the same number.
  private static func sixDigits(_ value: Double) -> String {
    guard value.isFinite && value != 0 else { return "\(value)" }
    // log₁₀ from the binary exponent is right or one too low.
    var exponent = Int((Double(value.exponent) * 0.301_029_995_663_981_2).rounded(.down))
    if exponent < 22 && value.magnitude >= tenToThe(exponent + 1) { exponent += 1 }
    let digits = 5 - exponent
    guard Swift.abs(digits) <= 20 else { return "\(value)" }
    let power = tenToThe(Swift.abs(digits))
    return digits >= 0
      ? "\((value * power).rounded() / power)" : "\((value / power).rounded() * power)"
  }
}

private func tenToThe(_ exponent: Int) -> Double {
  let power = (0..<Swift.abs(exponent)).reduce(1.0) { power, _ in power * 10 }
  return exponent < 0 ? 1 / power : power
}
