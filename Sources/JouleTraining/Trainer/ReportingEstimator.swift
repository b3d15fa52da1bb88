public import JouleCore
public import JouleSampling
public import JouleTensor

/// An estimator that can tell how it is doing.
public protocol ReportingEstimator: GradientEstimator {
  /// Numbers by name, for the records of a run; nothing where there is nothing to tell yet.
  func figures(_ model: Model, of state: State) -> [String: Double]
}

extension TrainingRun {
  /// What the run's estimator tells of itself; nothing of one that is no ``ReportingEstimator``.
  public func figures(of estimator: Estimator) -> [String: Double] {
    guard let reporting = estimator as? any ReportingEstimator else { return [:] }
    return told(by: reporting)
  }

  private func told<Reporting: ReportingEstimator>(by estimator: Reporting) -> [String: Double] {
    guard let run = self as? TrainingRun<Reporting> else { return [:] }
    return estimator.figures(run.model, of: run.estimatorState)
  }
}

extension PersistentContrastiveDivergence: ReportingEstimator where Kernel: ReportingKernel {
  public func figures(_ model: Model, of state: State) -> [String: Double] {
    makeKernel(model).figures(of: state.chains.map(\.state))
  }
}

extension Centered: ReportingEstimator where Base: ReportingEstimator {
  public func figures(_ model: Model, of state: State) -> [String: Double] {
    base.figures(model, of: state.base)
  }
}

extension Centered: ChainHolding where Base: ChainHolding {
  public func chainRows(_ model: Model, of state: State) -> Tensor<Model.Scalar> {
    base.chainRows(model, of: state.base)
  }
}

extension Imputed: ReportingEstimator where Base: ReportingEstimator {
  public func figures(_ model: Model, of state: State) -> [String: Double] {
    base.figures(model, of: state.base)
  }
}

extension Inferred: ReportingEstimator where Base: ReportingEstimator {
  public func figures(_ model: Model, of state: State) -> [String: Double] {
    base.figures(model.machine, of: state.base)
  }
}
