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
  /// The gradient at rows of the kind's values.
  func gradientCheck(
    _ verification: ModelVerification, key: RandomKey
  ) -> VerificationCheck {
    verification.gradient(of: model, at: Self.probeRows(variableCount, key: key))
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
  /// The same for machines of two blocks: gradient, log Z, moments and block Gibbs sampling.
  ///
  /// - Parameters:
  ///   - rows: some rows of a machine.
  ///   - submodels: how many are checked where the machine is too large.
  func checks<Machine>(
    of machine: Machine, _ verification: ModelVerification, units: Int, submodels: Int = 3,
    key: RandomKey, rows: (Machine) -> Tensor<Machine.Scalar>
  ) -> [(part: String, checks: [VerificationCheck])]
  where Machine: LatentVariableModel & EnumerableModel & ListedModel {
    func all(_ machine: Machine) -> [VerificationCheck] {
      [verification.gradient(of: machine, at: rows(machine))]
        + (verification.logPartition(of: machine) ?? [])
        + (verification.sampler(BlockGibbs(machine), of: machine) ?? [])
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
      of: RestrictedBoltzmannMachine<Double>(model), verification, units: units, key: key
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
    return checks(of: machine, verification, units: units, key: key) { machine in
      machine.annealingPath(fromMeans: nil).sampledBaseRows(
        count: 10, using: ChainRandom(key: key.folded("rows")))
    }
  }
}
