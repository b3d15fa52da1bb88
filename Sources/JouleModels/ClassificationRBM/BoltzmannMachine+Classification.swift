extension BoltzmannMachine {
  /// A classification machine as one of layers of units: bits and one choice among the classes over bits. What is
  /// known of any machine, such as annealing to it, then is known of it.
  public init(_ machine: ClassificationRBM<Scalar>) {
    self.init(
      layers: [
        UnitLayer([
          BernoulliUnits(machine.inputCount), PottsUnits(1, states: machine.classCount),
        ]),
        UnitLayer(BernoulliUnits(machine.hiddenCount)),
      ], weights: [machine.machine.weights],
      units: [[[machine.visibleBias], [machine.labelBias]], [[machine.hiddenBias]]])
  }
}
