/// A grid of sites in one, two or three dimensions, numbered row by row: the last axis runs fastest.
///
///     Lattice(height: 480, width: 640)                                  // an image, 4 neighbours
///     Lattice(height: 64, width: 64, boundary: .periodic)               // a torus
///     Lattice([32, 32, 32], neighbourhood: .withDiagonals)              // 26 neighbours
///
/// Its edges are not stored: they are numbered direction by direction, and within a direction in the order
/// of the site that they leave.
public struct Lattice: Sendable, Hashable, Codable {
  /// Which sites are joined.
  public enum Neighbourhood: String, Sendable, Hashable, Codable, CaseIterable {
    /// Those one step along an axis away: 4 in a plane, 6 in space.
    case nearest
    /// The diagonal ones too: 8 in a plane, 26 in space.
    case withDiagonals
  }

  /// What is beyond the last site of an axis.
  public enum Boundary: String, Sendable, Hashable, Codable, CaseIterable {
    case open
    /// The first one again.
    case periodic
  }

  /// The sites along each axis, the slowest first.
  public let extents: [Int]
  public let neighbourhood: Neighbourhood
  public let boundary: Boundary

  /// - Parameter extents: one to three axes.
  /// - Precondition: every axis has a site; periodic axes have one (and then no edges) or at least three,
  ///   because on two a site would be joined twice to the same neighbour.
  public init(
    _ extents: [Int], neighbourhood: Neighbourhood = .nearest, boundary: Boundary = .open
  ) {
    precondition(
      (1...3).contains(extents.count) && extents.allSatisfy { $0 > 0 },
      "a lattice has one to three axes, each with a site: got \(extents)")
    precondition(
      boundary == .open || !extents.contains(2),
      "a periodic axis of 2 sites joins the same two twice, got \(extents): use an open one")
    let sites = extents.reduce(into: (product: 1, overflow: false)) { result, extent in
      let (product, overflow) = result.product.multipliedReportingOverflow(by: extent)
      result = (product, result.overflow || overflow)
    }
    precondition(
      !sites.overflow && sites.product <= Self.largestSiteCount,
      "a lattice has at most \(Self.largestSiteCount) sites, got \(extents)")
    self.extents = extents
    self.neighbourhood = neighbourhood
    self.boundary = boundary
  }

  /// A lattice of two axes.
  public init(
    height: Int, width: Int, neighbourhood: Neighbourhood = .nearest, boundary: Boundary = .open
  ) {
    self.init([height, width], neighbourhood: neighbourhood, boundary: boundary)
  }

  /// Edges of the densest neighbourhood are still numbered by 32 bits.
  public static let largestSiteCount = 1 << 27

  public var siteCount: Int { extents.reduce(1, *) }

  public var edgeCount: Int { directions.reduce(0) { $0 + $1.edges.count } }

  /// Three axes always, the missing ones of one site.
  var shape: (depth: Int, height: Int, width: Int) {
    switch extents.count {
    case 1: (1, 1, extents[0])
    case 2: (1, extents[0], extents[1])
    default: (extents[0], extents[1], extents[2])
    }
  }

  /// Whether sites whose coordinates have an even sum have only neighbours with an odd one: two colours then
  /// suffice to update half of the sites at once.
  public var isBipartite: Bool {
    neighbourhood == .nearest
      && (boundary == .open || extents.allSatisfy { $0 == 1 || $0 % 2 == 0 })
  }
}
