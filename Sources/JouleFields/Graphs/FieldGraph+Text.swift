extension FieldGraph {
  /// What ``init(_:siteCount:)`` reads.
  private static let form =
    "complete, or a lattice such as 28x28, 28x28:periodic or 28x28:diagonals,periodic"

  /// A graph by its text: `complete`, or a lattice such as `28x28`, `28x28:periodic`, `28x28:diagonals`.
  ///
  /// - Throws: where the text is none, or the graph has another number of sites.
  public init(_ text: String, siteCount: Int) throws(FieldError) {
    func refusal(_ expected: String) -> FieldError {
      .unsupported(what: "a graph of \(siteCount) sites", found: "'\(text)'", expected: expected)
    }
    if text == "complete" {
      guard siteCount <= 1 << 14 else {
        throw refusal("at most \(1 << 14) sites where all are joined, or a lattice")
      }
      self.init(complete: siteCount)
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let words = parts[0].split(separator: "x", omittingEmptySubsequences: false)
    let extents = words.compactMap { Int($0) }
    guard parts.count <= 2, extents.count == words.count, (1...3).contains(extents.count),
      extents.allSatisfy({ $0 > 0 && $0 <= siteCount })
    else { throw refusal(Self.form) }
    var (neighbourhood, boundary) = (Lattice.Neighbourhood.nearest, Lattice.Boundary.open)
    for option in parts.dropFirst().flatMap({
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }) {
      switch option {
      case "diagonals": neighbourhood = .withDiagonals
      case "periodic": boundary = .periodic
      default: throw refusal(Self.form)
      }
    }
    guard boundary == .open || !extents.contains(2) else {
      throw refusal("periodic axes of 1 or of 3 sites and more: 2 would be joined twice")
    }
    guard extents.reduce(1.0, { $0 * Double($1) }) == Double(siteCount) else {
      throw refusal("a lattice of \(siteCount) sites")
    }
    self.init(
      Lattice(extents, neighbourhood: neighbourhood, boundary: boundary))
  }

  /// The text that reads back as this graph; nil of a list of edges.
  public var text: String? {
    switch structure {
    case .complete: return "complete"
    case .edges: return nil
    case .lattice(let lattice):
      let options =
        (lattice.neighbourhood == .withDiagonals ? ["diagonals"] : [])
        + (lattice.boundary == .periodic ? ["periodic"] : [])
      let extents = lattice.extents.map { "\($0)" }.joined(separator: "x")
      return extents + (options.isEmpty ? "" : ":" + options.joined(separator: ","))
    }
  }
}
