import RealModule

/// The eigenvalues of a transition matrix, and what they say of the speed at which a chain forgets.
public struct ChainSpectrum: Sendable, Equatable {
  /// A number in the complex plane.
  public struct Eigenvalue: Sendable, Hashable {
    public let real: Double
    public let imaginary: Double

    /// |λ|.
    public var modulus: Double { .hypot(real, imaginary) }

    /// e^(2πi·turn).
    public static func onUnitCircle(turn: Double) -> Eigenvalue {
      // Halves and quarters of a turn are exact.
      switch 4 * (turn - turn.rounded(.down)) {
      case 0: return Eigenvalue(real: 1, imaginary: 0)
      case 1: return Eigenvalue(real: 0, imaginary: 1)
      case 2: return Eigenvalue(real: -1, imaginary: 0)
      case 3: return Eigenvalue(real: 0, imaginary: -1)
      default:
        let angle = 2 * Double.pi * turn
        return Eigenvalue(real: .cos(angle), imaginary: .sin(angle))
      }
    }
  }

  /// All of them with their multiplicities, the greatest modulus first.
  public let eigenvalues: [Eigenvalue]

  /// The second largest modulus; 0 for a chain on one state.
  public var secondModulus: Double {
    eigenvalues.count > 1 ? min(1, eigenvalues[1].modulus) : 0
  }

  /// 1 − the second largest modulus: how much of what is left of the start each step takes away in the
  /// long run. 0 where the start is never forgotten.
  public var spectralGap: Double { 1 - secondModulus }

  /// 1/gap, in steps; infinity without a gap.
  public var relaxationTime: Double { 1 / spectralGap }

  /// - Parameter eigenvalues: in any order.
  init(_ eigenvalues: [Eigenvalue]) {
    self.eigenvalues = eigenvalues.sorted { a, b in
      let (first, second) = (a.modulus, b.modulus)
      if first != second { return first > second }
      return (a.real, a.imaginary) > (b.real, b.imaginary)
    }
  }
}
