public import JouleCore
public import JouleRandom
public import JouleTensor

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

extension ClassificationRBM: AnnealableModel {
  /// The path of the machine of units that it is; see `BoltzmannPath`.
  public func annealingPath(fromMeans baseMeans: Tensor<Scalar>?) -> BoltzmannPath<Scalar> {
    BoltzmannMachine(self).annealingPath(fromMeans: baseMeans)
  }
}

extension ClassificationRBM: ListedModel {
  /// Rows (x, y).
  public func rows(listingAtMost count: Int) -> Tensor<Scalar>? {
    BoltzmannMachine(self).rows(listingAtMost: count)
  }

  /// A machine over some of the inputs and hidden units, and all classes.
  public func submodel(units: Int, using key: RandomKey) -> ClassificationRBM {
    var stream = RandomStream(key: key)
    let inputs = stream.permutation(count: inputCount).prefix(units).sorted()
    let hidden = stream.permutation(count: hiddenCount).prefix(units).sorted()
    return ClassificationRBM(
      weights: weights.rows(at: inputs).transposed().rows(at: hidden).transposed(),
      visibleBias: visibleBias.rows(at: inputs), hiddenBias: hiddenBias.rows(at: hidden),
      labelWeights: labelWeights.transposed().rows(at: hidden).transposed(), labelBias: labelBias)
  }
}
