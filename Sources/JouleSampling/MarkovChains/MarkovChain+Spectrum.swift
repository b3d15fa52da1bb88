public import JouleAlgebra
import JouleTensor

extension MarkovChain {
  /// The eigenvalues of T.
  ///
  /// T is block triangular in its communicating classes, so they are those of the classes' own blocks.
  /// A closed class in detailed balance is similar to a symmetric matrix, D^(−1/2) T D^(1/2) with
  /// D = diag π, and its eigenvalues are found there: real, and faster. Others go to the general
  /// algorithm. What is known exactly (one, and the roots of unity of periodic classes) is
  /// put in for its nearest computed value.
  ///
  /// Accurate to about d rounding errors of one, times the condition of an eigenvalue where the chain is
  /// not reversible; a gap below 10⁻¹² is mostly rounding.
  ///
  /// - Parameter stationary: of ``stationaryDistributions(on:)``; computed where it is not given.
  /// - Throws: `.underflow`, `.notConverged`.
  /// - Complexity: 4n³/3 operations for a reversible class of n states, about 10n³ for another.
  public func spectrum(
    stationary: [[Double]]? = nil, on workers: Workers = .single
  ) throws(MarkovChainError) -> ChainSpectrum {
    let distributions: [[Double]]
    if let stationary {
      distributions = stationary
    } else {
      distributions = try stationaryDistributions(on: workers)
    }
    precondition(
      distributions.count == closedClasses.count,
      "\(distributions.count) stationary distributions for \(closedClasses.count) closed classes")
    var rest = distributions[...]
    var eigenvalues: [ChainSpectrum.Eigenvalue] = []
    for own in classes {
      let distribution = own.isClosed ? rest.popFirst() : nil
      eigenvalues += try self.eigenvalues(of: own, distribution)
    }
    return ChainSpectrum(eigenvalues)
  }

  private func eigenvalues(
    of own: CommunicatingClass, _ stationary: [Double]?
  ) throws(MarkovChainError) -> [ChainSpectrum.Eigenvalue] {
    let order = own.states.count
    do throws(LinearAlgebraError) {
      if let stationary, let symmetric = symmetricBlock(own, stationary) {
        let values = try SymmetricEigen<Double>.values(of: symmetric.span, order: order)
        return Self.withUnitRoots(values.map { .init(real: $0, imaginary: 0) }, of: own)
      }
      let (real, imaginary) = try GeneralEigen<Double>.values(
        of: block(own.states).span, order: order)
      let values = zip(real, imaginary).map {
        ChainSpectrum.Eigenvalue(real: $0, imaginary: $1)
      }
      return own.isClosed ? Self.withUnitRoots(values, of: own) : values
    } catch {
      throw .notConverged
    }
  }

  /// D^(−1/2) T D^(1/2) of a closed class in detailed balance; nil of another.
  private func symmetricBlock(_ own: CommunicatingClass, _ stationary: [Double]) -> [Double]? {
    let probabilities = own.states.map { stationary[$0] }
    guard probabilities.allSatisfy({ $0 > 0 }), detailedBalance(of: stationary).isReversible else {
      return nil
    }
    return balancedBlock(own.states, probabilities)
  }

  /// D^(−1/2) T D^(1/2) between some states with positive probabilities.
  func balancedBlock(_ states: [Int], _ probabilities: [Double]) -> [Double] {
    let roots = probabilities.map { $0.squareRoot() }
    var matrix = block(states)
    for i in states.indices {
      for j in states.indices { matrix[i * states.count + j] *= roots[j] / roots[i] }
    }
    return matrix
  }

  /// Perron and Frobenius: a closed class of period p has the eigenvalues e^(2πik/p), each once.
  private static func withUnitRoots(
    _ values: [ChainSpectrum.Eigenvalue], of own: CommunicatingClass
  ) -> [ChainSpectrum.Eigenvalue] {
    var values = values
    // The candidates are the values of greatest modulus, as many as there are roots.
    var open = values.indices.sorted { values[$0].modulus > values[$1].modulus }
      .prefix(own.period)[...]
    for number in 0..<own.period {
      let root = ChainSpectrum.Eigenvalue.onUnitCircle(
        turn: Double(number) / Double(own.period))
      func distance(_ index: Int) -> Double {
        let (x, y) = (values[index].real - root.real, values[index].imaginary - root.imaginary)
        return x * x + y * y
      }
      guard let place = open.indices.min(by: { distance(open[$0]) < distance(open[$1]) }) else {
        break
      }
      values[open[place]] = root
      open.remove(at: place)
    }
    return values
  }
}
