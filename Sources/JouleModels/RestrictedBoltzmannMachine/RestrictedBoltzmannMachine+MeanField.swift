public import JouleAlgebra
public import JouleCore
public import JouleTensor
import RealModule

/// The expansion of log Z in the weights at fixed means m of the visible and μ of the hidden units.
///
///     Γ = −Σ H(mᵢ) − Σ H(μⱼ) − bᵀm − cᵀμ − Σ w mᵢ μⱼ
///         − Σ ½ w² vᵢ uⱼ − Σ ⅔ w³ vᵢ (½ − mᵢ) uⱼ (½ − μⱼ)
///     H(m) = −m log m − (1 − m) log(1 − m),   vᵢ = mᵢ (1 − mᵢ),   uⱼ = μⱼ (1 − μⱼ)
///
/// the last sum of third order, the one before of second. Written with the tables w² and w³, an iteration costs
/// as many products as there are orders, for each layer.
///
/// Reference: M. Gabrié, E. Tramel, F. Krzakala, Training restricted Boltzmann machines via the
/// Thouless-Anderson-Palmer free energy, NeurIPS 2015, arXiv:1506.02914, eq. 7 and 9–12.
extension RestrictedBoltzmannMachine: MeanFieldModel {
  /// See `MeanFieldModel`: both layers in turn to where ∂Γ/∂μ = 0 at the other's means and its own variances.
  ///
  ///     logit μⱼ = cⱼ + Σᵢ [w mᵢ + w² vᵢ (½ − μⱼ) + ⅔ w³ vᵢ (½ − mᵢ) (½ − 3 uⱼ)]
  public func relax(
    _ points: inout LatentRows<Scalar>, order: MeanFieldOrder, iterations: Int, inertia: Scalar
  ) {
    requireRows(points.visible)
    precondition(inertia >= 0 && inertia < 1, "inertia lies in [0, 1), got \(inertia)")
    let powers = WeightPowers(weights, order: order)
    for _ in 0..<iterations {
      powers.relax(
        &points.hiddenMean, given: points.visible, .none, bias: hiddenBias, inertia: inertia)
      powers.relax(
        &points.visible, given: points.hiddenMean, .transposed, bias: visibleBias,
        inertia: inertia)
    }
  }

  /// Γ of every point; see `MeanFieldModel`. Sums run in Double.
  public func meanFieldFreeEnergy(
    of points: LatentRows<Scalar>, order: MeanFieldOrder
  ) -> Tensor<Double> {
    requireRows(points.visible)
    let (visible, hidden) = (Tensor<Double>(points.visible), Tensor<Double>(points.hiddenMean))
    let powers = WeightPowers(Tensor<Double>(weights), order: order)
    let first = MeanFieldMoments(visible)
    let second = MeanFieldMoments(hidden)
    var sum = (visible.matmul(powers.first) * hidden).sum(along: 1)
    if let square = powers.second {
      sum.add((first.variance.matmul(square) * second.variance).sum(along: 1), scaledBy: 0.5)
    }
    if let cube = powers.third {
      sum.add((first.skew.matmul(cube) * second.skew).sum(along: 1), scaledBy: 2.0 / 3)
    }
    sum += visible.matmul(Tensor<Double>(visibleBias)) + hidden.matmul(Tensor<Double>(hiddenBias))
    return -(sum + first.entropy + second.entropy)
  }

  /// ∂Γ/∂W = −(m μᵀ + w v uᵀ + 2 w² s tᵀ), s and t the skews; ∂Γ/∂b = −m, ∂Γ/∂c = −μ. See
  /// `MeanFieldModel`.
  public func accumulateMeanFieldGradient(
    at points: LatentRows<Scalar>, order: MeanFieldOrder, weight: Scalar,
    into gradient: inout ParameterSet<Scalar>, on workers: Workers
  ) {
    let share = weight / Scalar(points.visible.shape[0])
    accumulateGradient(
      of: [GradientTerm(points, weight: share)], into: &gradient, scalingPreviousBy: 1,
      on: workers)
    let powers = WeightPowers(weights, order: order)
    let first = MeanFieldMoments(points.visible)
    let second = MeanFieldMoments(points.hiddenMean)
    if order.rawValue > 1 {
      let product = first.variance.transposed().matmul(second.variance)
      gradient.entries[0].value.add(powers.first * product, scaledBy: -share)
    }
    if let square = powers.second, order == .third {
      let product = first.skew.transposed().matmul(second.skew)
      gradient.entries[0].value.add(square * product, scaledBy: -2 * share)
    }
  }
}

/// The means of a layer, as the terms of the expansion need them, `[points, units]`.
private struct MeanFieldMoments<Scalar: TensorScalar> {
  let mean: Tensor<Scalar>
  /// m (1 − m).
  let variance: Tensor<Scalar>
  /// m (1 − m) (½ − m).
  var skew: Tensor<Scalar> { variance * (0.5 - mean) }

  init(_ mean: Tensor<Scalar>) {
    self.mean = mean
    variance = mean * (1 - mean)
  }
}

extension MeanFieldMoments where Scalar == Double {
  /// Σ H(m) of every point; a mean of 0 or 1 has none.
  var entropy: Tensor<Double> {
    let columns = mean.shape[1]
    return Tensor(
      (0..<mean.shape[0]).map { row in
        mean.elements[row * columns..<(row + 1) * columns].reduce(0) { sum, m in
          guard m > 0, m < 1 else { return sum }
          return sum - m * Double.log(m) - (1 - m) * Double.log(onePlus: -m)
        }
      })
  }
}

/// w, w² and w³, as far as an order asks for them, `[visible, hidden]`.
private struct WeightPowers<Scalar: TensorScalar> {
  let first: Tensor<Scalar>
  let second: Tensor<Scalar>?
  let third: Tensor<Scalar>?

  init(_ weights: Tensor<Scalar>, order: MeanFieldOrder) {
    first = weights
    second = order.rawValue > 1 ? weights * weights : nil
    third = order == .third ? weights * weights * weights : nil
  }

  /// One layer's means anew from the other's.
  func relax(
    _ means: inout Tensor<Scalar>, given others: Tensor<Scalar>, _ transpose: Transpose,
    bias: Tensor<Scalar>, inertia: Scalar
  ) {
    let moments = MeanFieldMoments(others)
    let old = means
    var input = Tensor<Scalar>(zeros: old.shape)
    Tensor.multiply(others, .none, first, transpose, into: &input)
    input += bias
    var term = Tensor<Scalar>(zeros: old.shape)
    if let second {
      Tensor.multiply(moments.variance, .none, second, transpose, into: &term)
      input += term * (0.5 - old)
    }
    if let third {
      Tensor.multiply(moments.skew, .none, third, transpose, into: &term)
      let slope = 0.5 - old * (1 - old) * 3
      input += term * slope * Scalar(2.0 / 3)
    }
    let new = input.logistic()
    means = inertia == 0 ? new : old * inertia + new * (1 - inertia)
  }
}
