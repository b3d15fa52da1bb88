import Joule

/// A kind whose mathematics `joule verify` can check by more than its gradient.
protocol VerifiableKind: ModelKind {
  /// All checks of this very model, or of models of the same kind over some of its units where it is too large to list.
  ///
  /// - Parameter units: of every layer of such a model.
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
  ///   - submodels: how many are checked where the machine is too large.
  ///   - kernel: what samples a machine.
  ///   - rows: some rows of a machine.
  func checks<Machine, Kernel: TransitionKernel>(
    of machine: Machine, _ verification: ModelVerification, units: Int, submodels: Int = 3,
    key: RandomKey, kernel: (Machine) -> Kernel, rows: (Machine) -> Tensor<Machine.Scalar>
  ) -> [(part: String, checks: [VerificationCheck])]
  where Machine: EnumerableModel & ListedModel, Kernel.Scalar == Machine.Scalar {
    func all(_ machine: Machine) -> [VerificationCheck] {
      [verification.gradient(of: machine, at: rows(machine))]
        + (verification.logPartition(of: machine) ?? [])
        + (verification.sampler(kernel(machine), of: machine) ?? [])
    }
    if machine.rows(listingAtMost: ModelVerification.largestListing) != nil {
      return [("the model", all(machine))]
    }
    return [("the model", [verification.gradient(of: machine, at: rows(machine))])]
      + (0..<submodels).map { number in
        let part = machine.submodel(units: units, using: key.folded(UInt64(number)))
        return ("\(units) units a layer of it, chosen at random (\(number + 1))", all(part))
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

extension MachineKind: VerifiableKind {
  func checks(
    _ verification: ModelVerification, units: Int, key: RandomKey
  ) -> [(part: String, checks: [VerificationCheck])] {
    var machine = BoltzmannMachine<Double>(model)
    // Numbers cannot be listed; with their hidden units first the same distribution may be.
    if !machine.layers[0].isFinite { machine = machine.turned() }
    return checks(
      of: machine, verification, units: units, key: key, kernel: { BlockGibbs($0) }
    ) { machine in
      machine.annealingPath(fromMeans: nil).sampledBaseRows(
        count: 10, using: ChainRandom(key: key.folded("rows")))
    }
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

/// The machine on top is all that has a gradient of an energy: below it layers are drawn, and what recognises them follows
/// a rule of its own.
extension DBNKind: VerifiableKind {
  func checks(
    _ verification: ModelVerification, units: Int, key: RandomKey
  ) -> [(part: String, checks: [VerificationCheck])] {
    RBMKind(model.top).checks(verification, units: units, key: key).map {
      ("the machine on top, " + $0.part, $0.checks)
    }
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
