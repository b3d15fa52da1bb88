public import JouleRandom
public import JouleTensor

/// A model whose variables can be only so many rows that they can be listed: for checks by brute force.
public protocol ListedModel<Scalar>: EnergyModel {
  /// All rows that the variables can be, `[states, variables]`; nil where there are more than so many, or no finite
  /// number.
  func rows(listingAtMost count: Int) -> Tensor<Scalar>?

  /// A model of the same kind over some of this one's units, chosen at random, with their parameters: small enough to
  /// list.
  ///
  /// - Parameter units: of every layer, or of all variables, at most.
  func submodel(units: Int, using key: RandomKey) -> Self
}

extension Tensor {
  /// Rows by number that take one of some values in every unit, the first unit's digit the lowest.
  ///
  /// - Parameter values: of every unit, those of its columns.
  package init(numbers: Range<Int>, of values: [[[Double]]]) {
    var elements: [Scalar] = []
    for number in numbers {
      var rest = number
      for choices in values {
        let (quotient, digit) = rest.quotientAndRemainder(dividingBy: choices.count)
        elements += choices[digit].map { Scalar($0) }
        rest = quotient
      }
    }
    self.init(
      shape: [numbers.count, values.reduce(0) { $0 + $1[0].count }], elements: elements)
  }

  /// All such rows; nil where they are more than so many.
  package static func listing(_ values: [[[Double]]], atMost count: Int) -> Tensor? {
    var total = 1
    for choices in values {
      let product = total.multipliedReportingOverflow(by: choices.count)
      if product.overflow || product.partialValue > count { return nil }
      total = product.partialValue
    }
    return Tensor(numbers: 0..<total, of: values)
  }
}
