public import JouleAlgebra
public import JouleTensor
import RealModule

/// Couplings and fields of an Ising model from samples of it, by maximum pseudo-likelihood.
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
  ///   - start: says which sites are joined and what values mean; its parameters are where the search begins.
  ///   - rows: x in {0, 1}, `[rows, sites]`, at least one.
  ///   - workers: the result does not depend on their number.
  /// - Throws: when a value is neither 0 nor 1, when a site has one value in all rows, or when couplings
  ///   grow without end, because the data predict a site with certainty.
  /// - Complexity: O(rows · (edges + sites)) an iteration, some tens of them.
  public func fit<Scalar>(
    _ start: IsingModel<Double>, to rows: Tensor<Scalar>, on workers: Workers = .single
  ) throws(FieldError) -> PseudoLikelihoodFit {
    let data = try SpinData(rows, start.graph, start.values)
    precondition(data.rowCount > 0, "a fit takes at least one row, got none")
    if let constant = data.constantSite {
      throw .unsupported(
        what: "a pseudo-likelihood",
        found: "site \(constant.site) is \(constant.value) in all rows",
        expected: "both values: its field would grow without end")
    }
    let edges = start.graph.edgeCount
    let descent = QuasiNewtonDescent(
      penalties: (0..<edges + start.graph.siteCount).map { $0 < edges ? l1 : 0 },
      tolerance: tolerance, largestIterationCount: largestIterationCount)
    let l2 = self.l2
    let found = descent.minimize(
      from: start.couplings.elements + start.field.elements
    ) { parameters in
      var (value, gradient) = data.evaluate(parameters, on: workers)
      for edge in 0..<edges {
        value += 0.5 * l2 * parameters[edge] * parameters[edge]
        gradient[edge] += l2 * parameters[edge]
      }
      return (value, gradient)
    }
    try requireDetermined(found, data)
    let model = IsingModel<Double>(
      start.graph, couplings: Tensor(Array(found.x[..<edges])),
      field: Tensor(Array(found.x[edges...])), values: start.values, constant: start.constant)
    return PseudoLikelihoodFit(
      model: model, objective: found.value, subgradientNorm: found.subgradientNorm,
      isConverged: found.subgradientNorm <= tolerance, iterations: found.iterations, l1: l1, l2: l2,
      data: data)
  }

  private func requireDetermined(
    _ found: QuasiNewtonDescent.Result, _ data: SpinData
  ) throws(FieldError) {
    let edges = data.graph.edgeCount
    for (index, curvature) in data.curvatures(found.x).enumerated() {
      let total = curvature + (index < edges ? l2 : 0)
      let step = abs(found.subgradient[index]) / total
      guard found.subgradient[index] != 0, !(step <= Self.largestStep * (1 + abs(found.x[index])))
      else { continue }
      guard found.subgradientNorm <= tolerance else { return }
      throw .unsupported(
        what: "a pseudo-likelihood",
        found: (index < edges
          ? "the coupling of edge \(index)" : "the field of site \(index - edges)")
          + " grows without end, \(found.x[index]) so far",
        expected: "data that predict no site with certainty, a penalty, or a smaller tolerance")
    }
  }
}

/// What ``PseudoLikelihood`` found.
public struct PseudoLikelihoodFit: Sendable {
  public let model: IsingModel<Double>
  /// The minimum, penalties included, in nats a row.
  public let objective: Double
  /// The largest element of the shortest subgradient: of a convex function 0 proves the minimum.
  public let subgradientNorm: Double
  public let isConverged: Bool
  public let iterations: Int
  let l1: Double
  let l2: Double
  let data: SpinData

  /// Parameters up to which covariances are computed: matrices of their square.
  public static let largestParameterCount = 4096

  /// The covariance of the estimates of J and h, in this order, `[edges + sites, edges + sites]`: the sandwich
  ///
  ///     H⁻¹ G H⁻¹ / N,   H the second derivatives of the objective, G = (1/N) Σ_n g_n g_nᵀ of the rows' scores
  ///
  /// The terms of a pseudo-likelihood are not independent, so that H⁻¹ / N alone would be wrong.
  ///
  /// - Returns: nil where H is singular, and of estimates by λ₁, which are not normally distributed.
  /// - Throws: when there are more than ``largestParameterCount`` parameters.
  ///
  /// Reference: A. van der Vaart, Asymptotic Statistics (1998), theorem 5.21.
  public func covariance() throws(FieldError) -> Tensor<Double>? {
    let parameters = model.couplings.elements + model.field.elements
    guard parameters.count <= Self.largestParameterCount else {
      throw .tooLarge(
        what: "standard errors", found: "\(parameters.count) parameters",
        limit: "\(Self.largestParameterCount)", cure: "Resample the rows instead")
    }
    guard l1 == 0 else { return nil }
    var hessian = data.hessian(parameters)
    for edge in 0..<model.couplings.count { hessian[edge, edge] += l2 }
    let scores = data.scores(parameters)
    // The penalty has a score too, the same for every row.
    var centred = scores
    for row in 0..<data.rowCount {
      for edge in 0..<model.couplings.count { centred[row, edge] += l2 * model.couplings[edge] }
    }
    guard let half = try? hessian.solvePositiveDefinite(centred.transposed()) else { return nil }
    let scale = 1 / (Double(data.rowCount) * Double(data.rowCount))
    return half.matmul(half, transposingOther: true) * scale
  }

  /// Standard errors of the couplings and of the field; see ``covariance()``.
  public func standardErrors() throws(FieldError) -> (
    couplings: Tensor<Double>, field: Tensor<Double>
  )? {
    guard let covariance = try covariance() else { return nil }
    let count = covariance.shape[0]
    let errors = (0..<count).map { (index: Int) in covariance[index, index].squareRoot() }
    let edges = model.couplings.count
    return (Tensor(Array(errors[..<edges])), Tensor(Array(errors[edges...])))
  }
}
