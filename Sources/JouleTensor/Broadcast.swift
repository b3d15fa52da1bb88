/// How the elements of a smaller tensor pair with those of a larger one.
///
/// | smaller | larger | pairing |
/// |---|---|---|
/// | equal shape | | `.same` |
/// | one element, no longer rank | any | `.scalar` |
/// | row `[n]` or `[1, n]` | `[m, n]` | `.tiled`: the row against every row |
/// | trailing axes `[b, c]` | `[a, b, c]` | `.tiled` |
/// | column `[m, 1]` | `[m, n]` | `.spread`: one element against a whole row |
/// | leading axes `[a, 1, 1]` | `[a, b, c]` | `.spread` |
enum Broadcast: Equatable {
  case same
  case scalar
  /// The whole smaller tensor meets each consecutive block of its own length.
  case tiled
  /// Each element of the smaller tensor meets one consecutive block of this length.
  case spread(block: Int)

  /// Nil where the shapes do not pair.
  init?(_ small: [Int], onto large: [Int]) {
    guard small.count <= large.count else { return nil }
    let significant = small.drop { $0 == 1 }
    if small == large {
      self = .same
    } else if significant.isEmpty {
      self = .scalar
    } else if significant == large.suffix(significant.count) {
      self = .tiled
    } else if small.count == large.count {
      let leading = small.count - small.reversed().prefix { $0 == 1 }.count
      guard small[..<leading] == large[..<leading] else { return nil }
      self = .spread(block: large[leading...].reduce(1, *))
    } else {
      return nil
    }
  }
}

extension Tensor {
  /// How `small` pairs with this tensor.
  func broadcast(of small: Tensor, _ operation: BinaryOperation) -> Broadcast {
    guard let broadcast = Broadcast(small.shape, onto: shape) else {
      preconditionFailure(
        "\(operation): shape \(small.shape) does not broadcast onto shape \(shape)")
    }
    return broadcast
  }

  /// The tensor with every element repeated, or all of it tiled, to the count of a larger one.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func expandedElements(_ broadcast: Broadcast, toCount count: Int) -> [Scalar] {
    var result: [Scalar] = []
    result.reserveCapacity(count)
    switch broadcast {
    case .same: return elements
    case .scalar: for _ in 0..<count { result.append(elements[0]) }
    case .tiled:
      while result.count < count { for element in elements { result.append(element) } }
    case .spread(let block):
      for element in elements { for _ in 0..<block { result.append(element) } }
    }
    return result
  }
}
