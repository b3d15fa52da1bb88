import JouleAlgebra
import JouleCore
public import JouleTensor

extension UnitLayer {
  /// Whether means are all that mean-field inference has to hand on to gradients: the units have no parameters but their
  /// biases.
  public var isInferred: Bool { !hasShape }
}

extension DeepBoltzmannMachine {
  /// Q(h | v) = Πₗ Πⱼ q(hˡⱼ): independent units, each of its own kind, at an input of its own.
  public struct Posterior: Sendable {
    /// v, and the means of every layer above, `[batch, width]`, by layer.
    public internal(set) var means: [Int: Tensor<Scalar>]
    /// The inputs that the means belong to; the first layer has one where values were missing.
    var inputs: [Int: Tensor<Scalar>]
    /// The data, NaN where a value was missing and its mean was inferred; nil where all of them were given.
    var incomplete: Tensor<Scalar>?
  }

  /// The mean-field approximation of p(h¹, …, h^L | v).
  ///
  ///     mean of layer l ← its mean at the input from the means of layers l − 1 and l + 1
  ///
  /// Layers start at the means that they have by themselves. A round updates the odd layers, then the even
  /// ones; the odd ones are updated once more at the end. Layers of one parity do not touch, so every update
  /// is an exact maximum of the bound over half of all layers: the bound never falls, and nothing
  /// has to be damped. Any number of rounds gives a valid bound. Rows do not depend on each other.
  ///
  /// What is missing of v is one more unknown of an even layer: its units are updated as those of the layers above are, and
  /// the bound is that of log p(v_given).
  ///
  /// - Parameter rows: v, `[batch, variables]`, NaN where a value is missing, of a category in all of its columns.
  /// - Complexity: a round costs all products above the first layer twice; those with v are made once.
  ///
  /// Reference: R. Salakhutdinov, G. Hinton, Deep Boltzmann machines, AISTATS 2009, eq. 8 and 9.
  public func posterior(of rows: Tensor<Scalar>) -> Posterior {
    requireRows(rows)
    let layers = machine.layers.indices
    let isIncomplete = rows.containsNaN
    var (means, inputs): ([Int: Tensor<Scalar>], [Int: Tensor<Scalar>]) = ([0: rows], [:])
    for layer in layers where layer > 0 || isIncomplete {
      var resting = Tensor<Scalar>(zeros: [rows.shape[0], machine.layers[layer].width])
      machine.formMeans(ofLayer: layer, &resting)
      means[layer] = layer == 0 ? given(rows, elsewhere: resting) : resting
    }
    // With all of v given, made once.
    var fromData = machine.input(toLayer: 1, from: means.filter { $0.key == 0 })
    inputs[1] = fromData
    func update(_ layer: Int) {
      var input = fromData
      if layer > 1 {
        input = machine.input(toLayer: layer, from: means)
      } else if let above = means[2] {
        input += machine.input(toLayer: 1, from: [2: above])
      }
      inputs[layer] = input
      machine.formMeans(ofLayer: layer, &input)
      means[layer] = input
    }
    func updateData() {
      var input = machine.input(toLayer: 0, from: means)
      inputs[0] = input
      machine.formMeans(ofLayer: 0, &input)
      let data = given(rows, elsewhere: input)
      means[0] = data
      fromData = machine.input(toLayer: 1, from: [0: data])
    }
    // With one hidden layer and all of v given there is nothing to go back and forth between.
    for _ in 0..<(layers.count > 2 || isIncomplete ? inferenceRounds : 0) {
      for layer in stride(from: 1, to: layers.count, by: 2) { update(layer) }
      for layer in stride(from: 2, to: layers.count, by: 2) { update(layer) }
      if isIncomplete { updateData() }
    }
    // Layers that no round has updated stand at their resting means, to which no input belongs.
    for layer in stride(from: isIncomplete ? 0 : 2, to: layers.count, by: 2)
    where inputs[layer] == nil {
      inputs[layer] = Tensor(zeros: [rows.shape[0], machine.layers[layer].width])
    }
    for layer in stride(from: 1, to: layers.count, by: 2) { update(layer) }
    return Posterior(means: means, inputs: inputs, incomplete: isIncomplete ? rows : nil)
  }

  /// Rows with other values in the place of those that are missing.
  private func given(_ rows: Tensor<Scalar>, elsewhere means: Tensor<Scalar>) -> Tensor<Scalar> {
    Tensor(
      shape: rows.shape, elements: zip(rows.elements, means.elements).map { $0.isNaN ? $1 : $0 })
  }

  /// E_Q[−E(v, h)] + H(Q) of every row: log Z plus a lower bound of log p(v).
  ///
  /// A layer's entropy less the mean of its own energy is Γ(I) − Iᵀμ, I being its input and Γ its
  /// log-partition function. The couplings are in the inputs of the odd layers, which
  /// were updated last:
  ///
  ///     −U⁰(v) + Σ_{l odd} Γˡ(Iˡ) + Σ_{l even, > 0} (Γˡ(Iˡ) − Iˡᵀμˡ)
  ///
  /// A unit of the data that was missing counts as those of the even layers above it do.
  ///
  /// - Returns: `[batch]`, in nats.
  public func evidence(of posterior: Posterior) -> Tensor<Double> {
    var sum = Tensor<Double>(zeros: [posterior.means[0]?.shape[0] ?? 0])
    for (layer, mean) in posterior.means.sorted(by: { $0.key < $1.key }) {
      guard let input = posterior.inputs[layer] else {
        sum -= machine.unitEnergies(ofLayer: layer, mean)
        continue
      }
      if layer == 0, let data = posterior.incomplete {
        sum += machine.evidence(ofIncomplete: data, means: mean, input: input)
        continue
      }
      sum += machine.logPartitions(ofLayer: layer, input)
      if layer % 2 == 0 { sum -= Tensor<Double>((input * mean).sum(along: 1)) }
    }
    return sum
  }

  /// p(h¹, …, h^L | v): the machine of the layers above a row of data, whose own log Z(v) is what the bound stands for.
  ///
  ///     log p(v) = log Z(v) − U⁰(v) − log Z,   log Z(v) ≥ E_Q[−E] + H(Q) + U⁰(v)
  ///
  /// Annealing or an exact sum of it gives the true log-likelihood of the row.
  ///
  /// - Parameter row: v, `[variables]`.
  /// - Precondition: at least two hidden layers.
  public func conditioned(on row: Tensor<Scalar>) -> BoltzmannMachine<Scalar> {
    let layers = machine.layers
    precondition(layers.count > 2, "one hidden layer given the data is no machine, but exact")
    let input = machine.input(toLayer: 1, from: [0: row.asRow]).row(0)
    var units = layers.indices.dropFirst().map { machine.unitParameters($0).groups }
    for (group, range) in layers[1].ranges.enumerated() {
      units[0][group][0] += input.elements(range)
    }
    return BoltzmannMachine(
      layers: Array(layers.dropFirst()),
      weights: (1..<layers.count - 1).map { machine.weights($0) }, units: units)
  }

  /// U⁰(v) of every row, in nats.
  public func dataEnergy(of rows: Tensor<Scalar>) -> Tensor<Double> {
    machine.unitEnergies(ofLayer: 0, rows)
  }

  /// E_Q[−E(v, h)] + H(Q) of every row, at the posterior of that row: less log Z it is a lower bound of
  /// log p(v), and equal to it with one hidden layer.
  public func evidence(of rows: Tensor<Scalar>) -> Tensor<Double> {
    evidence(of: posterior(of: rows))
  }
}

extension BoltzmannMachine {
  /// U_l of every row, `[batch]`, in nats.
  fileprivate func unitEnergies(ofLayer layer: Int, _ states: Tensor<Scalar>) -> Tensor<Double> {
    layers[layer].energies(of: states, unitParameters(layer))
  }

  /// Σ over given units of the data −U(v), over missing ones Γ(I) − Iᵀμ, of every row, `[batch]`, in nats.
  ///
  /// - Parameters:
  ///   - rows: v, NaN where missing.
  ///   - means: μ.
  ///   - input: I.
  fileprivate func evidence(
    ofIncomplete rows: Tensor<Scalar>, means: Tensor<Scalar>, input: Tensor<Scalar>
  ) -> Tensor<Double> {
    var sum = Tensor<Double>(zeros: [rows.shape[0]])
    func add(_ terms: Tensor<Double>, at places: [Int]) {
      for (term, row) in zip(terms.elements, places) { sum[row] += term }
    }
    let (layer, parameters) = (layers[0], unitParameters(0))
    for (number, group) in layer.groups.enumerated() {
      let unit = group.resized(to: 1)
      for first in stride(from: 0, to: group.width, by: unit.width) {
        let own = parameters.groups[number].map { $0.elements(first..<first + unit.width) }
        let start = layer.ranges[number].lowerBound + first
        func block(_ tensor: Tensor<Scalar>, _ places: [Int]) -> Tensor<Scalar> {
          tensor.columns(start..<start + unit.width).rows(at: places)
        }
        let (missing, given) = (0..<rows.shape[0]).partitioned { rows[$0, start].isNaN }
        if !given.isEmpty { add(-unit.energies(of: block(rows, given), own), at: given) }
        if missing.isEmpty { continue }
        let (inputs, means) = (block(input, missing), block(means, missing))
        add(
          unit.logPartitions(of: inputs, own) - Tensor<Double>((inputs * means).sum(along: 1)),
          at: missing)
      }
    }
    return sum
  }
}

extension Range<Int> {
  /// Those that fulfil a condition, and those that do not.
  fileprivate func partitioned(by condition: (Int) -> Bool) -> (those: [Int], others: [Int]) {
    let marks = map(condition)
    return (filter { marks[$0 - lowerBound] }, filter { !marks[$0 - lowerBound] })
  }
}
