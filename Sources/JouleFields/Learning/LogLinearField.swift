public import JouleCore
public import JouleTensor

/// A pairwise field whose energy is linear in its parameters, those of edges and those of sites: what
/// pseudo-likelihood learns.
///
///     −E(x) = −c + Σᵢⱼ J · F(xᵢ, xⱼ) + Σᵢ h · f(xᵢ)
///
/// `parameters` are J, edge by edge, and h, site by site.
public protocol LogLinearField: ParametricEnergy, PairwiseField where Scalar == Double {
  var graph: FieldGraph { get }
  /// f and F.
  var features: FieldFeatures { get }
}

/// What the parameters of a field multiply.
public struct FieldFeatures: Sendable, Equatable {
  /// q
  public let labelCount: Int
  /// f(a), `[q]`, of one parameter a site; nil: a parameter for each label.
  public let ofSites: [Double]?
  /// F(a, b), `[q, q]`, of one parameter an edge; nil: a parameter for each pair of labels.
  public let ofEdges: [Double]?

  /// Parameters of one site.
  var siteWidth: Int { ofSites == nil ? labelCount : 1 }
  /// Parameters of one edge.
  var edgeWidth: Int { ofEdges == nil ? labelCount * labelCount : 1 }

  /// The parameter of a site, counted from its first, that a label brings in, and what it multiplies.
  @inline(__always)
  func site(_ label: Int) -> (place: Int, value: Double) {
    if let ofSites { (0, ofSites[label]) } else { (label, 1) }
  }

  /// The same of an edge.
  @inline(__always)
  func edge(_ first: Int, _ second: Int) -> (place: Int, value: Double) {
    let pair = first * labelCount + second
    return if let ofEdges { (0, ofEdges[pair]) } else { (pair, 1) }
  }
}

extension IsingModel: LogLinearField where Scalar == Double {
  /// v and v v′.
  public var features: FieldFeatures {
    let v = [values.low, values.low + values.span]
    return FieldFeatures(
      labelCount: 2, ofSites: v, ofEdges: [v[0] * v[0], v[0] * v[1], v[1] * v[0], v[1] * v[1]])
  }
}

extension PottsModel: LogLinearField where Scalar == Double {
  /// A parameter for each label of a site; S, or a parameter for each pair of labels of an edge.
  public var features: FieldFeatures {
    FieldFeatures(labelCount: labelCount, ofSites: nil, ofEdges: similarity?.elements)
  }
}
