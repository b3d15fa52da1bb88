public import JouleTensor

/// Memory that a tape uses again: tensors of earlier steps, by their number of elements.
///
/// Steps of the same shapes allocate nothing after the first. What has not been used for some steps is given
/// back to the system.
public final class TapeStorage<Scalar: TensorScalar> {
  /// Memory of one size.
  private struct Shelf {
    var spare: [[Scalar]] = []
    /// The fewest that lay here since the last look: so many are not needed.
    var unused = 0
    /// How many were asked for and have not come back. Tensors that operations made elsewhere come too; more than
    /// are asked for would pile up.
    var lent = 0

    mutating func take() -> [Scalar]? {
      lent += 1
      let elements = spare.popLast()
      unused = Swift.min(unused, spare.count)
      return elements
    }
  }

  /// Clearings between two looks at what lies unused.
  private static var trimInterval: Int { 16 }

  private var shelves: [Int: Shelf] = [:]
  private var clearings = 0

  /// A tensor to be overwritten: what its elements are is undefined.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func tensor(_ shape: [Int]) -> Tensor<Scalar> {
    let count = shape.reduce(1, *)
    guard let elements = shelves[count, default: Shelf()].take() else {
      return Tensor(zeros: shape)
    }
    return Tensor(shape: shape, elements: elements)
  }

  /// A tensor of one value in every place.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func tensor(_ shape: [Int], filledWith value: Scalar) -> Tensor<Scalar> {
    var result = tensor(shape)
    result.fill(value)
    return result
  }

  /// The number of elements that lie ready.
  package var spareCount: Int { shelves.reduce(0) { $0 + $1.key * $1.value.spare.count } }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func takeBack(_ tensor: inout Tensor<Scalar>) {
    guard tensor.count > 0 else { return }
    let elements = tensor.elements
    tensor = Tensor(shape: [0], elements: [])
    guard let lent = shelves[elements.count]?.lent, lent > 0 else { return }
    shelves[elements.count]?.lent -= 1
    shelves[elements.count]?.spare.append(elements)
  }

  /// Gives back, now and then, what was not used.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func trim() {
    clearings += 1
    guard clearings % Self.trimInterval == 0 else { return }
    for (count, shelf) in shelves {
      let kept = shelf.spare.count - shelf.unused
      if kept <= 0 {
        shelves[count] = nil
      } else {
        shelves[count]?.spare.removeLast(shelf.spare.count - kept)
        shelves[count]?.unused = kept
      }
    }
  }
}
