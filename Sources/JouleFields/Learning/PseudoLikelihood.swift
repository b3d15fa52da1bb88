public import JouleAlgebra
public import JouleCore
public import JouleTensor
import RealModule

/// Couplings and fields from samples of an Ising or Potts model, by maximum pseudo-likelihood.
///
///     (Ĵ, ĥ) = argmin −(1/N) Σ_n Σᵢ log p(xᵢ | the rest of x)_n + λ₁ Σ |Jᵢⱼ| + ½ λ₂ Σ Jᵢⱼ²
///
/// Every term is the likelihood of a logistic regression of one site on its neighbours, so that the sum is convex
/// and needs no Z; the estimate is consistent, if a little less precise than maximum likelihood. The penalties
/// are of couplings alone; λ₁ sets those that do not matter to zero, which finds the graph.
///
/// References: J. Besag, Statistical analysis of non-lattice data, The Statistician 24 (1975); P. Ravikumar,
/// M. Wainwright, J. Lafferty, High-dimensional Ising model selection using ℓ1-regularized logistic regression,
/// Annals of Statistics 38 (2010).
public struct PseudoLikelihood: Sendable, Equatable {
  public let l1: Double
  public let l2: Double
  public let tolerance: Double
  public let largestIterationCount: Int

  /// - Parameters:
  ///   - l1: λ₁, in nats a row.
  ///   - l2: λ₂, in nats a row.
  ///   - tolerance: ends when no element of the shortest subgradient is larger.
  public init(
    l1: Double = 0, l2: Double = 0, tolerance: Double = 1e-7, largestIterationCount: Int = 2000
  ) {
    precondition(
      l1 >= 0 && l2 >= 0 && l1.isFinite && l2.isFinite,
      "penalties are not negative, got \(l1) and \(l2)")
    precondition(
      tolerance > 0 && largestIterationCount > 0,
      "the tolerance and the iterations are positive, got \(tolerance), \(largestIterationCount)")
    self.l1 = l1
    self.l2 = l2
    self.tolerance = tolerance
    self.largestIterationCount = largestIterationCount
  }

  /// A parameter that would still move by so much, though the slope is next to nothing, is on its way to
  /// infinity: the curvature vanishes as fast as the slope does.
  private static let largestStep = 1e-3

  /// - Parameters:
  ///   - start: says which sites are joined and what parameters mean; its own are where the search begins.
  ///   - rows: labels, `[rows, sites]`, at least one row; of an Ising model x in {0, 1}.
  ///   - workers: the result does not depend on their number.
  /// - Throws: when a value is no label, when a site never has one of its labels, or when a parameter
  ///   grows without end, because the data predict a site with certainty.
  /// - Complexity: O(rows · (edges + sites) · q) an iteration, some tens of them.
  public func fit<Model: LogLinearField, Scalar>(
    _ start: Model, to rows: Tensor<Scalar>, on workers: Workers = .single
  ) throws(FieldError) -> PseudoLikelihoodFit<Model> {
    let data = try ConditionalData(rows, start.graph, start.features)
    precondition(data.rowCount > 0, "a fit takes at least one row, got none")
    if let absent = data.absentLabel {
      throw .unsupported(
        what: "a pseudo-likelihood", found: "site \(absent.site) is \(absent.label) in no row",
        expected: "every label at every site: its field would grow without end")
    }
    let edges = data.edgeParameterCount
    let descent = QuasiNewtonDescent(
      penalties: (0..<data.parameterCount).map { $0 < edges ? l1 : 0 }, tolerance: tolerance,
      largestIterationCount: largestIterationCount)
    let l2 = self.l2
    let found = descent.minimize(from: start.parameters.entries.flatMap(\.value.elements)) {
      theta in
      var (value, gradient) = data.evaluate(theta, on: workers)
      for edge in 0..<edges {
        value += 0.5 * l2 * theta[edge] * theta[edge]
        gradient[edge] += l2 * theta[edge]
      }
      return (value, gradient)
    }
    try requireDetermined(found, data)
    var model = start
    model.parameters = start.parameters.filled(from: found.x)
    return PseudoLikelihoodFit(
      model: model, objective: found.value, subgradientNorm: found.subgradientNorm,
      isConverged: found.subgradientNorm <= tolerance, iterations: found.iterations, l1: l1, l2: l2,
      theta: found.x, data: data)
  }

  private func requireDetermined(
    _ found: QuasiNewtonDescent.Result, _ data: ConditionalData
  ) throws(FieldError) {
    guard found.subgradientNorm <= tolerance else { return }
    let edges = data.edgeParameterCount
    for (index, curvature) in data.curvatures(found.x).enumerated() {
      let total = curvature + (index < edges ? l2 : 0)
      let step = abs(found.subgradient[index]) / total
      guard found.subgradient[index] != 0, !(step <= Self.largestStep * (1 + abs(found.x[index])))
      else { continue }
      let place =
        index < edges
        ? "a coupling of edge \(index / data.features.edgeWidth)"
        : "the field of site \((index - edges) / data.features.siteWidth)"
      throw .unsupported(
        what: "a pseudo-likelihood", found: "\(place) grows without end, \(found.x[index]) so far",
        expected: "data that predict no site with certainty, a penalty, or a smaller tolerance")
    }
  }
}

extension ParameterSet {
  /// The same names and shapes with other numbers, in order.
  fileprivate func filled(from numbers: [Scalar]) -> ParameterSet {
    var copy = self
    var start = 0
    for index in copy.entries.indices {
      let count = copy.entries[index].value.count
      copy.entries[index].value = Tensor(
        shape: copy.entries[index].value.shape, elements: Array(numbers[start..<start + count]))
      start += count
    }
    return copy
  }
}

/// What ``PseudoLikelihood`` found.
public struct PseudoLikelihoodFit<Model: LogLinearField>: Sendable {
  public let model: Model
  /// The minimum, penalties included, in nats a row.
  public let objective: Double
  /// The largest element of the shortest subgradient: of a convex function 0 proves the minimum.
  public let subgradientNorm: Double
  public let isConverged: Bool
  public let iterations: Int
  let l1: Double
  let l2: Double
  /// The parameters in one row.
  let theta: [Double]
  let data: ConditionalData

  /// Parameters up to which covariances are computed: matrices of their square.
  public static var largestParameterCount: Int { 4096 }

  /// The covariance of the estimates, couplings first, `[parameters, parameters]`: the sandwich
  ///
  ///     H⁻¹ G H⁻¹ / N,   H the second derivatives of the objective, G = (1/N) Σ_n g_n g_nᵀ of the rows' scores
  ///
  /// The terms of a pseudo-likelihood are not independent, so that H⁻¹ / N alone would be wrong. Of a Potts model
  /// parameters are not unique: there H⁻¹ is the pseudoinverse, and the covariance that of the estimates as they
  /// are, among all that describe the same distribution those nearest to where the search began.
  ///
  /// - Returns: nil of estimates by λ₁, which are not normally distributed.
  /// - Throws: when there are more than ``largestParameterCount`` parameters.
  ///
  /// Reference: A. van der Vaart, Asymptotic Statistics (1998), theorem 5.21.
  public func covariance() throws(FieldError) -> Tensor<Double>? {
    guard theta.count <= Self.largestParameterCount else {
      throw .tooLarge(
        what: "standard errors", found: "\(theta.count) parameters",
        limit: "\(Self.largestParameterCount)", cure: "Resample the rows instead")
    }
    guard l1 == 0 else { return nil }
    var hessian = data.hessian(theta)
    var scores = data.scores(theta)
    // The penalty has a slope too, the same for every row.
    for edge in 0..<data.edgeParameterCount {
      hessian[edge, edge] += l2
      for row in 0..<data.rowCount { scores[row, edge] += l2 * theta[edge] }
    }
    // A parameter for each label of a site leaves a constant free.
    let isUnique = data.features.ofSites != nil
    guard let half = Self.solve(hessian, scores.transposed(), isUnique: isUnique) else {
      return nil
    }
    let scale = 1 / (Double(data.rowCount) * Double(data.rowCount))
    return half.matmul(half, transposingOther: true) * scale
  }

  /// H⁻¹ S, or H⁺ S where H is singular.
  private static func solve(
    _ hessian: Tensor<Double>, _ right: Tensor<Double>, isUnique: Bool
  ) -> Tensor<Double>? {
    if isUnique, let regular = try? hessian.solvePositiveDefinite(right) { return regular }
    guard let (values, vectors) = try? hessian.symmetricEigen() else { return nil }
    let cutoff = values.max() * 1e-12 * Double(values.count)
    let inverses = values.elements.map { $0 > cutoff ? 1 / $0 : 0 }
    let parts = vectors.matmul(right, transposingSelf: true)
    return vectors.matmul(parts * Tensor(inverses).reshaped(to: [inverses.count, 1]))
  }

  /// Standard errors, named and shaped like the parameters.
  ///
  /// - Returns: nil where ``covariance()`` is.
  public func standardErrors() throws(FieldError) -> ParameterSet<Double>? {
    guard let covariance = try covariance() else { return nil }
    let count = theta.count
    return model.parameters.filled(
      from: (0..<count).map { (index: Int) in covariance[index, index].squareRoot() })
  }
}
