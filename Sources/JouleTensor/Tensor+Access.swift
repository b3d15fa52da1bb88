// Every element access names its place and checks it. Getters are inlinable: read in a loop of another
// module they are specialised there. Whole rows and blocks are in Tensor+Rows.swift.
extension Tensor {
  /// The element at an index of a vector.
  ///
  /// - Precondition: rank 1, index within the shape.
  public subscript(_ index: Int) -> Scalar {
    @inlinable
    get {
      precondition(shape.count == 1, "1 index for a tensor of shape \(shape)")
      precondition(index >= 0 && index < shape[0], "index [\(index)] in shape \(shape)")
      return elements[index]
    }
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    set {
      precondition(shape.count == 1, "1 index for a tensor of shape \(shape)")
      precondition(index >= 0 && index < shape[0], "index [\(index)] in shape \(shape)")
      elements[index] = newValue
    }
  }

  /// The element at a row and a column of a matrix.
  ///
  /// - Precondition: rank 2, indices within the shape.
  public subscript(_ row: Int, _ column: Int) -> Scalar {
    @inlinable
    get {
      precondition(shape.count == 2, "2 indices for a tensor of shape \(shape)")
      precondition(
        row >= 0 && row < shape[0] && column >= 0 && column < shape[1],
        "index [\(row), \(column)] in shape \(shape)")
      return elements[row * shape[1] + column]
    }
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    set {
      precondition(shape.count == 2, "2 indices for a tensor of shape \(shape)")
      precondition(
        row >= 0 && row < shape[0] && column >= 0 && column < shape[1],
        "index [\(row), \(column)] in shape \(shape)")
      elements[row * shape[1] + column] = newValue
    }
  }

  /// The element at one index for every axis; `t[]` is the element of a tensor of rank 0.
  ///
  /// - Precondition: as many indices as the rank, each within the shape.
  public subscript(_ indices: Int...) -> Scalar {
    get { elements[offset(of: indices)] }
    set { elements[offset(of: indices)] = newValue }
  }

  /// The place of an element in row-major order.
  private func offset(of indices: [Int]) -> Int {
    precondition(indices.count == rank, "\(indices.count) indices for a tensor of shape \(shape)")
    var offset = 0
    for (index, length) in zip(indices, shape) {
      precondition(index >= 0 && index < length, "index \(indices) in shape \(shape)")
      offset = offset * length + index
    }
    return offset
  }
}
