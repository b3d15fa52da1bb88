/// An array of numbers of any rank: contiguous, row-major, a value.
///
/// Copies share storage until one of them is written to. An operation in place on a tensor that is held
/// once allocates nothing; on one that is shared it copies first. Passing one tensor both as input and
/// as `into:` destination of a call is correct and costs that copy.
///
/// A mistake in shapes stops the program with a message that prints the shapes; what depends on values,
/// such as a singular matrix, throws.
///
///     let a = Tensor<Double>([[1, 2], [3, 4]])
///     let b = a.matmul(a) + a.row(0)          // [2, 2]
///     let c = b.exp().sum(along: 1)           // [2]
public struct Tensor<Scalar: TensorScalar>: Sendable {
  /// The length of every axis; empty for a single number of rank 0.
  public package(set) var shape: [Int]

  /// The numbers in row-major order: the last index runs fastest.
  public package(set) var elements: [Scalar]

  /// The number of axes.
  public var rank: Int { shape.count }

  /// The number of elements, the product of `shape`.
  public var count: Int { elements.count }

  /// A tensor of given elements.
  ///
  /// - Parameters:
  ///   - shape: the length of every axis.
  ///   - elements: in row-major order.
  /// - Precondition: `elements.count` is the product of `shape`.
  public init(shape: [Int], elements: [Scalar]) {
    let count = Self.count(of: shape)
    precondition(
      elements.count == count, "shape \(shape) needs \(count) elements, got \(elements.count)")
    self.shape = shape
    self.elements = elements
  }

  /// The number of elements of a shape.
  static func count(of shape: [Int]) -> Int {
    var count = 1
    for length in shape {
      precondition(length >= 0, "axis lengths are not negative, got shape \(shape)")
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      precondition(!overflow, "shape \(shape) has more elements than memory can address")
      count = product
    }
    return count
  }
}

extension Tensor {
  /// A vector, `[elements.count]`.
  public init(_ elements: [Scalar]) {
    self.init(shape: [elements.count], elements: elements)
  }

  /// A matrix given by its rows, `[rows.count, rows[0].count]`; `[0, 0]` without rows.
  ///
  /// - Precondition: rows are of equal length.
  public init(_ rows: [[Scalar]]) {
    let columns = rows.first?.count ?? 0
    var elements: [Scalar] = []
    elements.reserveCapacity(rows.count * columns)
    for (index, row) in rows.enumerated() {
      precondition(
        row.count == columns, "row \(index) has \(row.count) elements, row 0 has \(columns)")
      elements += row
    }
    self.init(shape: [rows.count, columns], elements: elements)
  }

  /// A tensor of equal elements.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init(_ shape: [Int], repeating value: Scalar) {
    let count = Self.count(of: shape)
    self.init(shape: shape, elements: [Scalar](repeating: value, count: count))
  }

  /// A tensor of zeros.
  public init(zeros shape: [Int]) {
    self.init(shape, repeating: 0)
  }

  /// The n × n matrix with ones on its diagonal and zeros elsewhere.
  public static func identity(_ n: Int) -> Tensor {
    var result = Tensor(zeros: [n, n])
    for index in 0..<n { result[index, index] = 1 }
    return result
  }
}

extension Tensor: Equatable {
  /// Whether shapes are equal and elements are equal as numbers: 0 equals −0, NaN equals nothing.
  ///
  /// Unlike `==` of arrays this finds NaN unequal in a tensor that is compared with itself too.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public static func == (left: Tensor, right: Tensor) -> Bool {
    guard left.shape == right.shape else { return false }
    for index in left.elements.indices where left.elements[index] != right.elements[index] {
      return false
    }
    return true
  }
}
