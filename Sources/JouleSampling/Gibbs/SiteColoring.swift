public import JouleCore

/// Sites in groups within which none depends on another, so that a whole group can be drawn at once.
///
/// Greedy, in breadth-first order: two groups for every bipartite graph, such as a lattice with open sides
/// or sides of even lengths, and never more than one more than the largest number of neighbours.
///
/// Reference: J. Gonzalez, Y. Low, A. Gretton, C. Guestrin, Parallel Gibbs sampling: from colored fields to
/// thin junction trees, AISTATS 2011, §3.
public struct SiteColoring: Sendable, Equatable {
  /// The groups, each ascending; together all sites that were to be coloured.
  public let groups: [[Int]]

  /// Colours some sites of an energy by its Markov blankets.
  ///
  /// - Parameter sites: which sites, each once; the others count for nothing.
  /// - Complexity: O(sites + Σ of the blankets' sizes).
  public init<Energy: DiscreteEnergy>(of energy: Energy, sites: [Int]) {
    self.init(siteCount: energy.variableCount, sites: sites) { energy.markovBlanket(ofSite: $0) }
  }

  init(siteCount: Int, sites: [Int], neighbors: (Int) -> [Int]) {
    var place = [Int](repeating: -1, count: siteCount)
    for (index, site) in sites.enumerated() { place[site] = index }
    // A blanket that is not mutual is a mistake of the model; taking either side's word is harmless.
    var links = [[Int]](repeating: [], count: sites.count)
    for (index, site) in sites.enumerated() {
      for neighbor in neighbors(site) where place[neighbor] >= 0 && neighbor != site {
        links[index].append(place[neighbor])
        links[place[neighbor]].append(index)
      }
    }
    var colors = [Int](repeating: -1, count: sites.count)
    var colorCount = 0
    // The index of the site that last found a colour taken.
    var takenFor: [Int] = []
    for index in Self.order(links) {
      for neighbor in links[index] where colors[neighbor] >= 0 {
        takenFor[colors[neighbor]] = index
      }
      let color = (0..<colorCount).first { takenFor[$0] != index } ?? colorCount
      if color == colorCount {
        colorCount += 1
        takenFor.append(-1)
      }
      colors[index] = color
    }
    var groups = [[Int]](repeating: [], count: colorCount)
    for (index, site) in sites.enumerated() { groups[colors[index]].append(site) }
    self.groups = groups.map { $0.sorted() }
  }

  /// Connected sites one after another, from those with many neighbours: breadth first, so that what is
  /// bipartite gets two colours.
  private static func order(_ links: [[Int]]) -> [Int] {
    let byDegree = links.indices.sorted {
      (links[$1].count, $0) < (links[$0].count, $1)
    }
    var order: [Int] = []
    order.reserveCapacity(links.count)
    var isQueued = [Bool](repeating: false, count: links.count)
    for start in byDegree where !isQueued[start] {
      isQueued[start] = true
      var next = order.count
      order.append(start)
      while next < order.count {
        for neighbor in links[order[next]] where !isQueued[neighbor] {
          isQueued[neighbor] = true
          order.append(neighbor)
        }
        next += 1
      }
    }
    return order
  }
}
