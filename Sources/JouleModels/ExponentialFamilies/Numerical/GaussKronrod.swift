/// The 15-point rule of Gauss and Kronrod on [0, 1], with the 7-point Gauss rule inside it.
///
/// Exact for polynomials of degree 22, the inner rule of degree 13. Nodes and weights were computed
/// from the Stieltjes polynomial with 60 digits. Reference: A. S. Kronrod, Nodes and Weights of Quadrature
/// Formulas (1965).
enum GaussKronrod {
  /// On [−1, 1], from the centre outwards: node, Kronrod weight, Gauss weight.
  private static let half: [(node: Double, kronrod: Double, gauss: Double)] = [
    (0, 0.209482141084727828013, 0.417959183673469387755),
    (0.2077849550078984676, 0.20443294007529889241, 0),
    (0.40584515137739716691, 0.19035057806478540991, 0.38183005050511894495),
    (0.58608723546769113029, 0.16900472663926790283, 0),
    (0.74153118559939443986, 0.14065325971552591875, 0.2797053914892766679),
    (0.86486442335976907279, 0.10479001032225018384, 0),
    (0.94910791234275852453, 0.063092092629978553291, 0.12948496616886969327),
    (0.99145537112081263921, 0.022935322010529224964, 0),
  ]

  private static let all =
    half.dropFirst().reversed().map { (-$0.node, $0.kronrod, $0.gauss) }
    + half.map { ($0.node, $0.kronrod, $0.gauss) }

  static let nodes = all.map { 0.5 + 0.5 * $0.0 }
  static let weights = all.map { 0.5 * $0.1 }
  /// 0 at the nodes that the Gauss rule has not.
  static let innerWeights = all.map { 0.5 * $0.2 }
}
