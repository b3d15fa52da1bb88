public import JouleAutodiff
public import JouleCore
public import JouleRandom
import JouleTensor

/// Score matching: the model's slope of log p is made that of the data, which needs neither Z nor samples.
///
///     L = E_data[½ |∇E|² − tr ∇²E]  =  ½ E_data|∇E + ∇log p_data|² + const
///
/// The Hessian's diagonal comes from one Hessian-vector product a variable, so a step costs as many passes as
/// there are variables: for few of them, else ``SlicedScoreMatching``. It is blind to the weights of modes
/// between which the data leave a gap: there the slopes say nothing.
///
/// Reference: A. Hyvärinen, Estimation of non-normalized statistical models by score matching, JMLR 6 (2005),
/// eq. 4, with ψ = −∇E.
public struct ScoreMatching<Model: EnergyExpression>: LossEstimator {
  public init() {}

  public func losses(
    _ model: Model, at rows: Value<Model.Scalar>, _ parameters: ParameterValues<Model.Scalar>,
    using random: ChainRandom
  ) -> Value<Model.Scalar> {
    let slope = model.checkedEnergy(of: rows, parameters).gradients(for: [rows])[0]
    var loss = slope.squared().sum(along: 1) * 0.5
    for variable in 0..<model.variableCount {
      var unit = Tensor<Model.Scalar>(zeros: [1, model.variableCount])
      unit[0, variable] = 1
      loss =
        loss - slope.curvature(in: rows, along: rows.tape.value(unit).broadcast(to: rows.shape))
    }
    return loss
  }
}

/// Score matching along random directions: the trace of the Hessian by one product instead of one a variable.
///
///     L = E_data E_v[½ |∇E|² − vᵀ∇²E v],   v ~ N(0, I)
///
/// Unbiased for the objective of ``ScoreMatching``, with the term that needs no direction kept exact: the
/// form with reduced variance.
///
/// Reference: Y. Song, S. Garg, J. Shi, S. Ermon, Sliced score matching: a scalable approach to density and
/// score estimation, UAI 2019, arXiv:1905.07088, eq. 8.
public struct SlicedScoreMatching<Model: EnergyExpression>: LossEstimator {
  /// Directions of every row.
  public let directions: Int

  /// - Parameter directions: v of every row, at least 1; the loss is the mean over them.
  public init(directions: Int = 1) {
    precondition(directions > 0, "slices need at least 1 direction, got \(directions)")
    self.directions = directions
  }

  public func losses(
    _ model: Model, at rows: Value<Model.Scalar>, _ parameters: ParameterValues<Model.Scalar>,
    using random: ChainRandom
  ) -> Value<Model.Scalar> {
    let slope = model.checkedEnergy(of: rows, parameters).gradients(for: [rows])[0]
    var loss = slope.squared().sum(along: 1) * 0.5
    for number in 0..<directions {
      let direction = Tensor<Model.Scalar>(normal: rows.shape, using: random, draw: number)
      let curvature = slope.curvature(in: rows, along: rows.tape.value(direction))
      loss = loss - curvature / Model.Scalar(directions)
    }
    return loss
  }
}

extension Value {
  /// vᵀ ∇²E v of every row, where self is ∇E at the rows.
  fileprivate func curvature(in rows: Value, along direction: Value) -> Value {
    (gradients(for: [rows], weights: direction)[0] * direction).sum(along: 1)
  }
}
