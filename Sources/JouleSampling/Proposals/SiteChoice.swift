import JouleAlgebra
import JouleCore
import JouleRandom
import JouleTensor

/// What proposals on discrete variables share: random places, and changes of single elements in loops
/// that are compiled for each scalar type.
enum SiteChoice {
  /// Whole numbers below `bound`, `count` of them a chain, each exactly as likely up to 2⁻⁵³ · bound.
  static func indices(
    below bound: Int, chains: Int, count: Int, using random: ChainRandom, draw: Int = 0
  ) -> [Int] {
    let uniforms = Tensor<Double>(uniform: [chains, count], using: random, draw: draw)
    return uniforms.elements.map { min(Int($0 * Double(bound)), bound - 1) }
  }

  /// `count` different whole numbers below `bound` for each chain, every set as likely, ascending.
  static func subsets(
    below bound: Int, chains: Int, count: Int, using random: ChainRandom
  ) -> [Int] {
    if count == 1 { return indices(below: bound, chains: chains, count: 1, using: random) }
    let uniforms = Tensor<Double>(uniform: [chains, count], using: random)
    var result: [Int] = []
    result.reserveCapacity(chains * count)
    for chain in 0..<chains {
      // The j-th is a number among those not chosen yet: counted up past the smaller chosen ones.
      var chosen: [Int] = []
      for draw in 0..<count {
        let left = bound - draw
        var site = min(Int(uniforms.elements[chain * count + draw] * Double(left)), left - 1)
        var place = 0
        while place < chosen.count, chosen[place] <= site {
          site += 1
          place += 1
        }
        chosen.insert(site, at: place)
      }
      result += chosen
    }
    return result
  }

  /// All sets of `count` different whole numbers below `bound`, each ascending.
  static func allSubsets(below bound: Int, count: Int) -> [[Int]] {
    guard count > 0 else { return [[]] }
    return allSubsets(below: bound, count: count - 1).flatMap { smaller in
      ((smaller.last ?? -1) + 1..<bound).map { smaller + [$0] }
    }
  }

  /// x[r, site] ← sum − x[r, site] at the sites of each row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func flip<Scalar: TensorScalar>(
    _ sites: [Int], perRow: Int, of rows: inout Tensor<Scalar>, sum: Scalar
  ) {
    let width = rows.shape[1]
    for index in sites.indices {
      let place = index / perRow * width + sites[index]
      rows.elements[place] = sum - rows.elements[place]
    }
  }

  /// Exchanges x[r, a] and x[r, b] for the two sites of each row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func swap<Scalar: TensorScalar>(_ pairs: [Int], of rows: inout Tensor<Scalar>) {
    let width = rows.shape[1]
    for row in 0..<pairs.count / 2 {
      rows.elements.swapAt(row * width + pairs[2 * row], row * width + pairs[2 * row + 1])
    }
  }

  /// The given columns of every row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func columns<Scalar: TensorScalar>(
    _ variables: [Int], of rows: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    var part = Tensor<Scalar>(zeros: [rows.shape[0], variables.count])
    for row in 0..<rows.shape[0] {
      for index in variables.indices { part[row, index] = rows[row, variables[index]] }
    }
    return part
  }

  /// Columns of every row overwritten with those of `part`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func place<Scalar: TensorScalar>(
    _ part: Tensor<Scalar>, at variables: [Int], of rows: inout Tensor<Scalar>
  ) {
    for row in 0..<rows.shape[0] {
      for index in variables.indices { rows[row, variables[index]] = part[row, index] }
    }
  }

  /// The first row in which one of some sites has none of its values, and the first such site in it.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  static func stranger<Scalar: TensorScalar>(
    in rows: Tensor<Scalar>, sites: [Int], values: (Int) -> [Scalar]
  ) -> (row: Int, site: Int)? {
    let width = rows.shape[1]
    var first: (row: Int, site: Int)?
    for site in sites {
      let own = values(site)
      for row in 0..<(first?.row ?? rows.shape[0])
      where !own.contains(rows.elements[row * width + site]) {
        first = (row, site)
        break
      }
    }
    return first
  }
}
