import Foundation
import Joule
import JouleTestSupport
import Testing

/// Energies, conditionals and probabilities against brute force.
@Suite struct MachineEnergyTests {
  @Test(arguments: MachineFixtures.sizes)
  func freeEnergySumsHiddenUnitsOut(visible: Int, hidden: Int) {
    let machine = MachineFixtures.machine(visible: visible, hidden: hidden)
    let reference = MachineFixtures.bruteForce(machine)
    let energies = machine.energy(of: States.all(of: visible))
    for state in 0..<1 << visible {
      let sum = (0..<1 << hidden).reduce(0) {
        $0 + exp(reference.exponent(visible: state, hidden: $1))
      }
      #expect(abs(energies[state] + log(sum)) < 1e-12)
    }
  }

  @Test(arguments: MachineFixtures.sizes)
  func hiddenFreeEnergySumsVisibleUnitsOut(visible: Int, hidden: Int) {
    let machine = MachineFixtures.machine(visible: visible, hidden: hidden)
    let reference = MachineFixtures.bruteForce(machine)
    let energies = machine.hiddenFreeEnergy(of: States.all(of: hidden))
    for state in 0..<1 << hidden {
      let sum = (0..<1 << visible).reduce(0) {
        $0 + exp(reference.exponent(visible: $1, hidden: state))
      }
      #expect(abs(energies[state] + log(sum)) < 1e-12)
    }
  }

  @Test(arguments: MachineFixtures.sizes)
  func jointTableIsTheEnumeratedOne(visible: Int, hidden: Int) {
    let machine = MachineFixtures.machine(visible: visible, hidden: hidden)
    let table = machine.jointProbabilities()
    let reference = MachineFixtures.bruteForce(machine).jointProbabilities
    for v in 0..<1 << visible {
      for h in 0..<1 << hidden { #expect(abs(table[v, h] - reference[v][h]) < 1e-14) }
    }
  }

  @Test(arguments: MachineFixtures.sizes)
  func conditionalsAreRatiosOfEnumeratedJoints(visible: Int, hidden: Int) {
    let machine = MachineFixtures.machine(visible: visible, hidden: hidden)
    let joint = MachineFixtures.bruteForce(machine).jointProbabilities
    let hiddenMeans = machine.hiddenMean(given: States.all(of: visible))
    for v in 0..<1 << visible {
      for j in 0..<hidden {
        let on = joint[v].enumerated().reduce(0) { $0 + ($1.offset >> j & 1 == 1 ? $1.element : 0) }
        #expect(abs(hiddenMeans[v, j] - on / joint[v].reduce(0, +)) < 1e-13)
      }
    }
    let visibleMeans = machine.visibleMean(given: States.all(of: hidden))
    for h in 0..<1 << hidden {
      let column = joint.map { $0[h] }
      for i in 0..<visible {
        let on = column.enumerated().reduce(0) { $0 + ($1.offset >> i & 1 == 1 ? $1.element : 0) }
        #expect(abs(visibleMeans[h, i] - on / column.reduce(0, +)) < 1e-13)
      }
    }
  }

  @Test func jointEnergyIsTheDefinition() {
    let machine = MachineFixtures.machine(visible: 4, hidden: 3)
    let reference = MachineFixtures.bruteForce(machine)
    let energies = machine.jointEnergy(
      visible: States.rows([0, 5, 15, 9], count: 4), hidden: States.rows([7, 0, 3, 5], count: 3))
    for (row, pair) in [(0, 7), (5, 0), (15, 3), (9, 5)].enumerated() {
      #expect(abs(energies[row] + reference.exponent(visible: pair.0, hidden: pair.1)) < 1e-13)
    }
  }

  @Test(arguments: MachineFixtures.sizes)
  func flipEnergiesAreDifferencesOfEnergies(visible: Int, hidden: Int) {
    let machine = MachineFixtures.machine(visible: visible, hidden: hidden)
    let energies = machine.energy(of: States.all(of: visible))
    let flips = machine.flipEnergies(
      of: States.all(of: visible), sites: Array(0..<visible).reversed())
    for state in 0..<1 << visible {
      for site in 0..<visible {
        let expected = energies[state ^ (1 << site)] - energies[state]
        #expect(abs(flips[state, visible - 1 - site] - expected) < 1e-12)
      }
    }
  }

  @Test func logRatioNeedsNoPartitionFunction() {
    let machine = MachineFixtures.machine(visible: 4, hidden: 3)
    let p = MachineFixtures.bruteForce(machine).visibleProbabilities
    let ratio = machine.logRatio(
      of: States.rows([3, 8], count: 4), over: States.rows([12, 1], count: 4))
    #expect(abs(ratio[0] - log(p[3] / p[12])) < 1e-12)
    #expect(abs(ratio[1] - log(p[8] / p[1])) < 1e-12)
  }

  @Test func flippingAVisibleUnitIsAGauge() {
    // v₂ → 1 − v₂ with w₂ⱼ → −w₂ⱼ, b₂ → −b₂, cⱼ → cⱼ + w₂ⱼ shifts every energy by b₂.
    let machine = MachineFixtures.machine(visible: 4, hidden: 3)
    var weights = machine.weights
    var visibleBias = machine.visibleBias
    for j in 0..<3 { weights[2, j] = -weights[2, j] }
    visibleBias[2] = -visibleBias[2]
    let flipped = RestrictedBoltzmannMachine(
      weights: weights, visibleBias: visibleBias,
      hiddenBias: machine.hiddenBias + machine.weights.row(2))
    let before = machine.energy(of: States.all(of: 4))
    let after = flipped.energy(of: States.all(of: 4))
    for state in 0..<16 {
      #expect(abs(before[state] - after[state ^ 4] + machine.visibleBias[2]) < 1e-12)
    }
  }

  @Test func singleAndDoublePrecisionAgree() {
    let machine = MachineFixtures.machine(visible: 12, hidden: 7, scale: 0.5)
    let single = RestrictedBoltzmannMachine<Float>(machine)
    let energies = machine.energy(of: States.all(of: 12))
    let rounded = single.energy(of: States.all(of: 12))
    for state in 0..<1 << 12 {
      #expect(abs(Double(rounded[state]) - energies[state]) < 2e-5)
    }
  }

  @Test func extremeLogitsStayFinite() {
    let machine = RestrictedBoltzmannMachine<Float>(
      weights: Tensor([[400, -400], [-400, 400]]), visibleBias: Tensor([300, -300]),
      hiddenBias: Tensor([-200, 200]))
    let rows: Tensor<Float> = States.all(of: 2)
    #expect(machine.energy(of: rows).firstNonFinite == nil)
    let means = machine.hiddenMean(given: rows)
    #expect(means.firstNonFinite == nil && means.min() >= 0 && means.max() <= 1)
    #expect(machine.gradient(at: rows).firstNonFinite == nil)
  }

  @Test func aMachineWithoutHiddenUnitsIsItsBaseRates() {
    let machine = RestrictedBoltzmannMachine<Double>(
      visibleMeans: Tensor([0.1, 0.5, 0.8]), hiddenCount: 0, using: RandomKey(seed: 1))
    let logPartition = ExactPartition.logPartition(of: machine)
    let p = machine.energy(of: States.all(of: 3)).elements.map { exp(-$0 - logPartition) }
    #expect(abs(p[0] - 0.9 * 0.5 * 0.2) < 1e-14)
    #expect(abs(p[5] - 0.1 * 0.5 * 0.8) < 1e-14)
  }
}
