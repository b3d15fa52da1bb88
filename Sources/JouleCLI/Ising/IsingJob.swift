import Foundation
import Joule

/// Samples the Ising model on a torus at several temperatures, several chains each.
struct IsingJob {
  let side: Int
  let temperatures: [Double]
  let sweeps: Int
  let burnIn: Int
  let method: TorusSampler.Method
  let layout: TorusSampler.Layout?
  let chainCount: Int
  let key: RandomKey
  let workers: Workers

  /// What came of it.
  struct Result {
    var points: [IsingPoint]
    /// A state of the first chain at each of some temperatures.
    var pictures: [(temperature: Double, bits: [UInt8])]
    /// Of sampling, without its analysis.
    var seconds: Double
    /// Of that, of sweeps that were not looked at.
    var burnInSeconds: Double
    /// Of setting chains up.
    var setupSeconds: Double
    /// Wolff's clusters a sweep, the mean over chains and temperatures.
    var clustersPerSweep: Double?
  }

  /// One chain at one temperature.
  private struct Chain: Sendable {
    var sampler: TorusSampler
    var energies: [Double] = []
    var magnetisations: [Double] = []
  }

  /// Temperatures whose chains are in memory at once: enough to keep all threads busy.
  private var groupSize: Int {
    max(1, min(temperatures.count, (2 * workers.count + chainCount - 1) / chainCount))
  }

  /// Bytes, about: chains, what they record, and its analysis.
  var memory: Double {
    let chains = Double(groupSize * chainCount)
    let records = Double(sweeps) * (16 * chains + 200 * Double(chainCount * groupSize))
    return chains * Double(TorusSampler.memory(side: side, method: method, layout: layout))
      + records
  }

  /// Near the critical temperature, on either side, chains should agree from opposite starts. Far below it a
  /// random start may freeze in stripes, which are no equilibrium but outlive any run.
  static func start(temperature: Double, chain: Int) -> TorusSampler.Start {
    temperature < IsingTorus.criticalTemperature || chain % 2 == 0 ? .ordered : .random
  }

  func run(progress: (Double) -> Void) throws -> Result {
    var result = Result(points: [], pictures: [], seconds: 0, burnInSeconds: 0, setupSeconds: 0)
    var clusters: [Int] = []
    let shown = Set(shownTemperatures)
    let clock = ContinuousClock()
    for first in stride(from: 0, to: temperatures.count, by: groupSize) {
      let group = Array(temperatures[first..<min(first + groupSize, temperatures.count)])
      var chains: [Chain] = []
      let setup = clock.now
      for temperature in group {
        for chain in 0..<chainCount {
          let own = key.folded(temperature.bitPattern).folded(UInt64(chain))
          chains.append(
            Chain(
              sampler: try TorusSampler(
                side: side, temperature: temperature, method: method, layout: layout,
                start: Self.start(temperature: temperature, chain: chain), key: own)))
        }
      }
      let start = clock.now
      result.setupSeconds += (start - setup) / .seconds(1)
      result.burnInSeconds += sample(&chains) { done in
        progress((Double(first) + done * Double(group.count)) / Double(temperatures.count))
      }
      result.seconds += (clock.now - start) / .seconds(1)
      clusters += chains.compactMap(\.sampler.clustersPerSweep)
      result.points += points(of: chains, at: group)
      for (place, temperature) in group.enumerated() where shown.contains(temperature) {
        result.pictures.append((temperature, chains[place * chainCount].sampler.bits))
      }
    }
    if !clusters.isEmpty {
      result.clustersPerSweep = Double(clusters.reduce(0, +)) / Double(clusters.count)
    }
    return result
  }

  /// In slices, so that there is something to show.
  ///
  /// - Returns: the seconds of burn-in.
  private func sample(_ chains: inout [Chain], progress: (Double) -> Void) -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    let (burnIn, sweeps) = (self.burnIn, self.sweeps)
    workers.mutateEach(&chains) { _, chain in
      chain.energies.reserveCapacity(sweeps)
      chain.magnetisations.reserveCapacity(sweeps)
      chain.sampler.settle(burnIn)
    }
    let seconds = (clock.now - start) / .seconds(1)
    let total = Double(burnIn + sweeps)
    progress(Double(burnIn) / total)
    let slice = max(1, sweeps / 50)
    for first in stride(from: 0, to: sweeps, by: slice) {
      let count = min(slice, sweeps - first)
      workers.mutateEach(&chains) { _, chain in
        let sites = Double(chain.sampler.side * chain.sampler.side)
        for _ in 0..<count {
          chain.sampler.sweep()
          let (energy, magnetisation) = chain.sampler.energyAndMagnetisation
          chain.energies.append(Double(energy) / sites)
          chain.magnetisations.append(Double(magnetisation) / sites)
        }
      }
      progress(Double(burnIn + first + count) / total)
    }
    return seconds
  }

  private func points(of chains: [Chain], at group: [Double]) -> [IsingPoint] {
    let (side, chainCount) = (self.side, self.chainCount)
    let states =
      side * side <= TorusStates.largestSiteCount
      ? TorusStates(height: side, width: side) : nil
    var points = [IsingPoint?](repeating: nil, count: group.count)
    workers.mutateEach(&points) { place, point in
      let own = chains[place * chainCount..<(place + 1) * chainCount]
      point = IsingPoint(
        temperature: group[place], side: side, states: states, chainCount: chainCount,
        energies: own.flatMap(\.energies), magnetisations: own.flatMap(\.magnetisations))
    }
    return points.compactMap { $0 }
  }

  /// The lowest and the highest temperature, and the one nearest to the critical.
  private var shownTemperatures: [Double] {
    let middle = temperatures.min {
      abs($0 - IsingTorus.criticalTemperature) < abs($1 - IsingTorus.criticalTemperature)
    }
    return [temperatures.first, middle, temperatures.last].compactMap { $0 }
  }
}
