import Joule

/// A kind whose mathematics `joule verify` can check by more than its gradient.
protocol VerifiableKind: ModelKind {
  /// All checks of this very model, or of models of the same kind over some of its units where it is too large to list.
  ///
  /// - Parameter units: of every layer of such a model, at most.
  func checks(
    _ verification: ModelVerification, units: Int, key: RandomKey
  ) -> [(part: String, checks: [VerificationCheck])]
}

extension ModelKind where Model: ParametricEnergy {
  /// The gradient at rows of the kind's values, those of classes with a class behind each.
  func gradientCheck(
    _ verification: ModelVerification, key: RandomKey
  ) -> VerificationCheck {
    var rows: Tensor<Model.Scalar> = Self.probeRows(model.variableCount, key: key)
    if let classCount = (model as? any ClassifierModel)?.classCount {
      for row in 0..<rows.shape[0] {
        for answer in 0..<classCount {
          rows[row, variableCount + answer] = row % classCount == answer ? 1 : 0
        }
      }
    }
    return verification.gradient(of: model, at: rows)
  }

  fileprivate static func probeRows<Scalar: TensorScalar>(
    _ columns: Int, key: RandomKey
  ) -> Tensor<Scalar> {
    let rows = Tensor<Scalar>(normal: [10, columns], using: key.folded("rows"))
    guard values == .unit else { return rows }
    return Tensor(shape: rows.shape, elements: rows.elements.map { $0 > 0 ? 1 : 0 })
  }
}

extension VerifiableKind {
  /// The same for machines whose rows can be listed: gradient, log Z, moments and sampling.
  ///
  /// - Parameters:
  ///   - units: of every layer of a part, fewer where so many cannot be listed.
  ///   - submodels: how many are checked where the machine is too large.
  ///   - kernel: what samples a machine.
  ///   - further: checks of whatever is listed.
  ///   - rows: some rows of a machine.
  func checks<Machine, Kernel: TransitionKernel>(
    of machine: Machine, _ verification: ModelVerification, units: Int, submodels: Int = 3,
    key: RandomKey, kernel: (Machine) -> Kernel,
    further: (Machine) -> [VerificationCheck] = { _ in [] },
    rows: (Machine) -> Tensor<Machine.Scalar>
  ) -> [(part: String, checks: [VerificationCheck])]
  where Machine: EnumerableModel & ListedModel, Kernel.Scalar == Machine.Scalar {
    func gradient(_ machine: Machine) -> [VerificationCheck] {
      [verification.gradient(of: machine, at: rows(machine))]
    }
    func all(_ machine: Machine) -> [VerificationCheck] {
      gradient(machine) + (verification.logPartition(of: machine) ?? [])
        + (verification.sampler(kernel(machine), of: machine) ?? []) + further(machine)
    }
    func isListed(_ machine: Machine) -> Bool {
      machine.rows(listingAtMost: ModelVerification.largestListing) != nil
    }
    if isListed(machine) { return [("the model", all(machine))] }
    let most = stride(from: units, to: 0, by: -1).first {
      isListed(machine.submodel(units: $0, using: key))
    }
    guard let most else { return [("the model", gradient(machine))] }
    return [("the model", gradient(machine))]
      + (0..<submodels).map { number in
        let part = machine.submodel(units: most, using: key.folded(UInt64(number)))
        return ("\(most) units a layer of it, chosen at random (\(number + 1))", all(part))
      }
  }

  /// The same for machines of any units. Where what is to be listed are numbers, the other side is: the distribution is the
  /// same.
  ///
  /// - Parameter further: checks of whatever is listed, where sides need no exchange.
  fileprivate func checks(
    ofUnits machine: BoltzmannMachine<Double>, _ verification: ModelVerification, units: Int,
    key: RandomKey,
    further: @escaping (BoltzmannMachine<Double>) -> [VerificationCheck] = { _ in [] }
  ) -> [(part: String, checks: [VerificationCheck])] {
    let isFinite = stride(from: 0, to: machine.layers.count, by: 2).allSatisfy {
      machine.layers[$0].isFinite
    }
    return checks(
      of: isFinite ? machine : machine.exchangingSides(), verification, units: units, key: key,
      kernel: { BlockGibbs($0) },
      further: { isFinite ? further($0) : [] }
    ) { machine in
      machine.annealingPath(fromMeans: nil).sampledBaseRows(
        count: 10, using: ChainRandom(key: key.folded("rows")))
    }
  }
}

extension RBMKind: VerifiableKind {
  func checks(
    _ verification: ModelVerification, units: Int, key: RandomKey
  ) -> [(part: String, checks: [VerificationCheck])] {
    checks(
      of: RestrictedBoltzmannMachine<Double>(model), verification, units: units, key: key,
      kernel: { BlockGibbs($0) }
    ) { Self.probeRows($0.variableCount, key: key) }
  }
}

extension ClassificationRBMKind: VerifiableKind {
  func checks(
    _ verification: ModelVerification, units: Int, key: RandomKey
  ) -> [(part: String, checks: [VerificationCheck])] {
    checks(
      of: ClassificationRBM<Double>(model), verification, units: units, key: key,
      kernel: { BlockGibbs($0) }
    ) { machine in
      machine.annealingPath(fromMeans: nil).sampledBaseRows(
        count: 10, using: ChainRandom(key: key.folded("rows")))
    }
  }
}

extension MachineKind: VerifiableKind {
  func checks(
    _ verification: ModelVerification, units: Int, key: RandomKey
  ) -> [(part: String, checks: [VerificationCheck])] {
    checks(ofUnits: BoltzmannMachine<Double>(model), verification, units: units, key: key)
  }
}

extension IsingKind: VerifiableKind {
  func checks(
    _ verification: ModelVerification, units: Int, key: RandomKey
  ) -> [(part: String, checks: [VerificationCheck])] {
    checks(
      of: IsingModel<Double>(model), verification, units: units, key: key,
      kernel: { IsingSweep($0) }
    ) { Self.probeRows($0.variableCount, key: key) }
  }
}

extension FamilyKind: VerifiableKind {
  func checks(
    _ verification: ModelVerification, units: Int, key: RandomKey
  ) -> [(part: String, checks: [VerificationCheck])] {
    let rows = model.sample(count: 10, using: ChainRandom(key: key.folded("rows")))
    return [
      (
        "the model",
        [
          verification.gradient(of: model, at: rows), verification.density(of: model, at: rows),
          verification.draws(of: model),
        ]
      )
    ]
  }
}

extension DBMKind: VerifiableKind {}
extension DeepMachineKind: VerifiableKind {}

extension DeepBoltzmannKind where Self: VerifiableKind {
  /// Those of the machine of all layers, and of mean field: that its bound is one.
  func checks(
    _ verification: ModelVerification, units: Int, key: RandomKey
  ) -> [(part: String, checks: [VerificationCheck])] {
    let rounds = model.inferenceRounds
    return checks(
      ofUnits: BoltzmannMachine<Double>(model.machine), verification, units: units, key: key
    ) { machine in
      verification.bound(
        of: DeepBoltzmannMachine(machine, inferenceRounds: rounds)
      ).map { [$0] } ?? []
    }
  }
}

extension DBNKind: VerifiableKind {
  /// The gradient of what generates, given what recognition draws (which its weights decide, and no gradient tells of); all of
  /// the machine on top.
  func checks(
    _ verification: ModelVerification, units: Int, key: RandomKey
  ) -> [(part: String, checks: [VerificationCheck])] {
    let generation = verification.gradient(
      of: DeepBeliefNetwork<Double>(model), at: Self.probeRows(variableCount, key: key),
      moving: { !$0.hasPrefix("recognition") })
    return [("the model", [generation])]
      + checks(
        of: RestrictedBoltzmannMachine<Double>(model.top), verification, units: units, key: key,
        kernel: { BlockGibbs($0) }
      ) { Self.probeRows($0.variableCount, key: key) }
      .map { ("of the machine on top, \($0.part)", $0.checks) }
  }
}

extension BitEnergyKind: VerifiableKind {
  /// All of it where its rows can be listed, else the gradient: a network has no parts to check instead.
  func checks(
    _ verification: ModelVerification, units: Int, key: RandomKey
  ) -> [(part: String, checks: [VerificationCheck])] {
    let model = BitEnergy<Double>(model)
    let rows: Tensor<Double> = Self.probeRows(variableCount, key: key)
    return [
      (
        "the model",
        [verification.gradient(of: model, at: rows)] + (verification.logPartition(of: model) ?? [])
          + (verification.sampler(Repeated(GibbsWithGradients(model), count: 4), of: model) ?? [])
      )
    ]
  }
}
