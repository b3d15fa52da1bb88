/// How the elements of a smaller tensor pair with those of a larger one.
///
/// | smaller | larger | pairing |
/// |---|---|---|
/// | the larger's shape | any | `.same` |
/// | one element, no more axes than the larger | any | `.scalar` |
/// | `[n]`, `[1, n]` | `[m, n]` | `.row` |
/// | `[b, c]`, `[1, b, c]` | `[a, b, c]` | `.row` |
/// | `[m, 1]` | `[m, n]` | `.column` |
/// | `[a, 1, 1]` | `[a, b, c]` | `.column` |
///
/// A vector `[m]` is always a row; reshape it to `[m, 1]` to pair it with columns.
package enum Broadcast: Equatable {
  case same
  case scalar
  /// All of the smaller tensor meets each consecutive block of its own length.
  case row
  /// Each element of the smaller tensor meets one consecutive block, all of the same length.
  case column

  /// Nil where the shapes do not pair.
  package init?(_ small: [Int], onto large: [Int]) {
    guard small.count <= large.count else { return nil }
    let trailing = small.drop { $0 == 1 }
    let leading = small.count - small.reversed().prefix { $0 == 1 }.count
    if small == large {
      self = .same
    } else if trailing.isEmpty {
      self = .scalar
    } else if trailing == large.suffix(trailing.count) {
      self = .row
    } else if small.count == large.count && small[..<leading] == large[..<leading] {
      self = .column
    } else {
      return nil
    }
  }
}
