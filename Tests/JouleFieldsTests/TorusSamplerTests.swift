import Joule
import JouleTestSupport
import Testing

/// Every way to sample the Ising model on a torus against what is known of it exactly.
@Suite struct TorusSamplerTests {
  static let temperatures = [1.5, 2, IsingTorus.criticalTemperature, 2.5, 3, 3.5]

  /// Kaufman's formula is the sum over states.
  @Test(arguments: temperatures) func theFormulaIsTheSumOverStates(temperature: Double) {
    let states = TorusStates(height: 4, width: 4)
    let torus = IsingTorus(height: 4, width: 4).values(temperature: temperature)
    let energy = states.value(of: .energy, temperature: temperature)
    let heat = states.value(of: .specificHeat, temperature: temperature)
    #expect(abs(torus.energy - energy) < 1e-12, "\(torus.energy - energy)")
    // A difference of squares: their rounding, N / T² times as large.
    #expect(abs(torus.heatCapacity - heat) < 1e-12 * max(1, 64 / temperature / temperature))
  }

  /// Ten digits computed apart from this code.
  @Test func magnetisationAndBinderCumulantAtTheCriticalPoint() {
    let states = TorusStates(height: 4, width: 4)
    let critical = IsingTorus.criticalTemperature
    #expect(abs(states.value(of: .magnetisation, temperature: critical) - 0.843860444813) < 1e-12)
    #expect(abs(states.value(of: .binderCumulant, temperature: critical) - 0.6171993184) < 1e-10)
  }

  static func traces(
    side: Int, temperature: Double, method: TorusSampler.Method, sweeps: Int, seed: UInt64
  ) throws -> [Trace] {
    let chainCount = 2
    var columns = [[Double]](repeating: [], count: IsingObservable.momentCount)
    let sites = Double(side * side)
    for chain in 0..<chainCount {
      var sampler = try TorusSampler(
        side: side, temperature: temperature, method: method,
        start: chain == 0 ? .ordered : .random, key: RandomKey(seed: seed).folded(UInt64(chain)))
      sampler.settle(sweeps / 5)
      for _ in 0..<sweeps {
        sampler.sweep()
        let (energy, magnetisation) = sampler.energyAndMagnetisation
        let moments = IsingObservable.moments(
          energy: Double(energy) / sites, magnetisation: Double(magnetisation) / sites)
        for (index, moment) in moments.enumerated() { columns[index].append(moment) }
      }
    }
    return columns.map { Trace($0, chainCount: chainCount) }
  }

  static func estimate(
    _ observable: IsingObservable, _ traces: [Trace], side: Int, temperature: Double
  ) -> FunctionOfMeans {
    FunctionOfMeans(
      of: traces,
      value: { observable.value($0, siteCount: side * side, temperature: temperature) },
      gradient: { observable.gradient($0, siteCount: side * side, temperature: temperature) })
  }

  /// Within four standard errors: of 110 comparisons one is beyond with probability 0.7 %.
  @Test(arguments: TorusSampler.Method.allCases, [3, 4, 8])
  func energiesAndHeatsAreExact(method: TorusSampler.Method, side: Int) throws {
    for temperature in Self.temperatures {
      let traces = try Self.traces(
        side: side, temperature: temperature, method: method, sweeps: 6000, seed: 171)
      let exact = IsingTorus(height: side, width: side).values(temperature: temperature)
      for (observable, value) in [
        (IsingObservable.energy, exact.energy), (.specificHeat, exact.heatCapacity),
      ] {
        let estimate = Self.estimate(observable, traces, side: side, temperature: temperature)
        let error = try #require(estimate.standardError)
        let score = (estimate.value - value) / error
        #expect(abs(score) < 4, "L = \(side), T = \(temperature), \(observable): z = \(score)")
        // Errors are of the right size: a hundred effective draws at least, and no more than there are.
        let size = try #require(estimate.effectiveSampleSize)
        #expect(size > 100 && size < 100_000, "\(size)")
      }
    }
  }

  /// All observables where all states can be counted, L = 2 with its doubled edges among them.
  @Test(arguments: TorusSampler.Method.allCases, [2, 4])
  func allObservablesAreExact(method: TorusSampler.Method, side: Int) throws {
    if side < TorusSampler.leastSide(method: method) { return }
    let states = TorusStates(height: side, width: side)
    let temperature = 2.4
    let traces = try Self.traces(
      side: side, temperature: temperature, method: method, sweeps: 6000, seed: 172)
    for observable in IsingObservable.allCases {
      let estimate = Self.estimate(observable, traces, side: side, temperature: temperature)
      let exact = states.value(of: observable, temperature: temperature)
      let score = (estimate.value - exact) / (try #require(estimate.standardError))
      #expect(abs(score) < 4, "L = \(side), \(observable): z = \(score)")
    }
  }

  /// A temperature that is 2 % off is noticed.
  @Test func anotherTemperatureIsFoundOut() throws {
    let traces = try Self.traces(
      side: 8, temperature: 2.55, method: .gibbs, sweeps: 6000, seed: 173)
    let exact = IsingTorus(height: 8, width: 8).values(temperature: 2.5)
    let estimate = Self.estimate(.energy, traces, side: 8, temperature: 2.55)
    #expect(abs(estimate.value - exact.energy) > 4 * (estimate.standardError ?? 0))
  }

  @Test func gradientsAreThoseOfTheValues() {
    let means = [-1.4, 2.1, 0.6, 0.5, 0.4]
    for observable in IsingObservable.allCases {
      let gradient = observable.gradient(means, siteCount: 64, temperature: 2.2)
      for index in means.indices {
        let step = 1e-5
        var (up, down) = (means, means)
        up[index] += step
        down[index] -= step
        let difference =
          (observable.value(up, siteCount: 64, temperature: 2.2)
            - observable.value(down, siteCount: 64, temperature: 2.2)) / (2 * step)
        #expect(abs(difference - gradient[index]) < 1e-7 * max(1, abs(difference)), "\(observable)")
      }
    }
  }

  /// At the critical point clusters forget a state in a few sweeps, single sites in some L².
  @Test func clustersForgetFaster() throws {
    let critical = IsingTorus.criticalTemperature
    func time(_ method: TorusSampler.Method, sweeps: Int) throws -> Double {
      let traces = try Self.traces(
        side: 24, temperature: critical, method: method, sweeps: sweeps, seed: 174)
      return try #require(traces[2].autocorrelationTime).value
    }
    let clusters = try time(.swendsenWang, sweeps: 2000)
    let sites = try time(.gibbs, sweeps: 100_000)
    #expect(sites > 30 * clusters, "\(sites) and \(clusters) sweeps")
  }
}
