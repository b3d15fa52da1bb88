import JouleTensor
import RealModule

/// A ferromagnet as its clusters see it: neighbours gain by being alike, whatever they are.
///
///     E(x) = c − Σ₍ᵢⱼ₎ Kᵢⱼ [xᵢ = xⱼ] − Σᵢ hᵢ(xᵢ),   K ≥ 0
///
/// Given x, a bond joins equal neighbours with the probability 1 − exp(−K); given bonds, what they join
/// is one label, drawn by its fields alone.
///
/// References: P. Kasteleyn, C. Fortuin, Phase transitions in lattice systems with random local properties,
/// Journal of the Physical Society of Japan Supplement 26 (1969); R. Edwards, A. Sokal, Generalization of the
/// Fortuin-Kasteleyn-Swendsen-Wang representation and Monte Carlo algorithm, Physical Review D 38 (1988).
struct BondField: Sendable {
  let graph: FieldGraph
  let labelCount: Int
  /// 1 − exp(−K), `[edges]`, or one for all of them.
  private let bonds: [Double]
  /// The same in units of 2⁻³², for comparison with words.
  private let thresholds: [UInt32]
  /// h, `[sites, labels]`; empty where there is none.
  let field: [Double]

  var siteCount: Int { graph.siteCount }

  /// - Parameters:
  ///   - weights: K, `[edges]`.
  ///   - field: h, `[sites, labels]`.
  /// - Throws: when a K is negative; the edge is named.
  private init(
    _ graph: FieldGraph, labelCount: Int, weights: [Double], field: [Double]
  ) throws(FieldError) {
    if let edge = weights.firstIndex(where: { !($0 >= 0) }) {
      let sites = graph.edges[edge]
      throw .unsupported(
        what: "the coupling of edge \(edge) between sites \(sites.first) and \(sites.second)",
        found: "\(weights[edge]), by which they gain by being unlike",
        expected: "none below 0: clusters are made of neighbours that gain by being alike. Gibbs "
          + "sampling takes any couplings")
    }
    self.graph = graph
    self.labelCount = labelCount
    let first = weights.first ?? 0
    let distinct = weights.allSatisfy { $0 == first } ? [first] : weights
    bonds = distinct.map { -Double.expMinusOne(-$0) }
    thresholds = bonds.map { UInt32(min($0 * 0x1p32, 0x1p32 - 1)) }
    self.field = field.allSatisfy { $0 == 0 } ? [] : field
  }

  /// −J s s′ = −2J [s = s′] + J for spins; other values are expressed as spins first.
  init<Scalar>(_ model: IsingModel<Scalar>) throws(FieldError) {
    let spins = model.expressed(in: .spins)
    let field = spins.field.doubles
    try self.init(
      model.graph, labelCount: 2, weights: spins.couplings.doubles.map { 2 * $0 },
      field: field.flatMap { [-$0, $0] })
  }

  /// −J S(x, x′) where S has one value for equal labels and another for all others.
  init<Scalar>(_ model: PottsModel<Scalar>) throws(FieldError) {
    let q = model.labelCount
    guard let table = model.similarity?.doubles else {
      throw .unsupported(
        what: "a field for clusters", found: "a table an edge",
        expected: "one similarity of labels for all edges, S(a, b) = [a = b]")
    }
    let (alike, unlike) = (table[0], q > 1 ? table[1] : 0)
    guard (0..<q * q).allSatisfy({ table[$0] == ($0 / q == $0 % q ? alike : unlike) }) else {
      throw .unsupported(
        what: "a field for clusters", found: "labels that are more or less alike",
        expected: "a similarity with one value for equal labels and one for all others")
    }
    try self.init(
      model.graph, labelCount: q, weights: model.couplings.doubles.map { $0 * (alike - unlike) },
      field: model.field.doubles)
  }

  /// The probability that a bond joins the equal ends of an edge.
  @inline(__always)
  func bond(_ edge: Int) -> Double { bonds[bonds.count == 1 ? 0 : edge] }

  /// The same on a grid of 2⁻³².
  @inline(__always)
  func threshold(_ edge: Int) -> UInt32 { thresholds[thresholds.count == 1 ? 0 : edge] }

  /// The sets that bonds make of sites, a word an edge.
  func join(_ sets: inout DisjointSets, labels: Span<UInt8>, words: Span<UInt32>) {
    sets.separate()
    if thresholds.count == 1 {
      let threshold = thresholds[0]
      graph.forEachEdge { edge, one, other in
        if labels[one] == labels[other], words[edge] < threshold { sets.join(one, other) }
      }
    } else {
      graph.forEachEdge { edge, one, other in
        if labels[one] == labels[other], words[edge] < thresholds[edge] { sets.join(one, other) }
      }
    }
  }

  /// Labels of rows, `[batch, sites]`.
  ///
  /// - Precondition: whole numbers from 0 to q − 1.
  func labels<Scalar: TensorScalar>(of rows: Tensor<Scalar>) -> [UInt8] {
    precondition(
      rows.rank == 2 && rows.shape[1] == siteCount,
      "states of \(siteCount) sites are rows [batch, \(siteCount)], got \(rows.shape)")
    return Self.labels(rows.elements, labelCount: labelCount)
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func labels<Scalar: TensorScalar>(
    _ values: [Scalar], labelCount: Int
  ) -> [UInt8] {
    values.map { value in
      precondition(
        value >= 0 && value < Scalar(labelCount),
        "labels are whole numbers from 0 to \(labelCount - 1), got \(value)")
      return UInt8(value)
    }
  }
}

extension Tensor {
  /// Labels as rows, `[labels.count / siteCount, siteCount]`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  init(labels: [UInt8], siteCount: Int) {
    self.init(
      shape: [siteCount > 0 ? labels.count / siteCount : 0, siteCount],
      elements: labels.map { Scalar($0) })
  }
}
