public import JouleCore
public import JouleRandom
public import JouleTensor

extension BoltzmannMachine: ListedModel {
  public func rows(listingAtMost count: Int) -> Tensor<Scalar>? {
    let values = unitStates(ofSide: 0)
    if values.contains(where: { $0.isEmpty }) { return nil }
    return Tensor.listing(values, atMost: count)
  }

  public func submodel(units: Int, using key: RandomKey) -> BoltzmannMachine {
    var stream = RandomStream(key: key)
    var kept: [UnitLayer] = []
    var columns: [[Int]] = []
    var values: [[[Tensor<Scalar>]]] = []
    for (number, layer) in layers.enumerated() {
      let parameters = unitParameters(number)
      var (groups, picked, own): ([any Units], [Int], [[Tensor<Scalar>]]) = ([], [], [])
      let chosen = Set(stream.permutation(count: layer.unitCount).prefix(units))
      var first = 0
      for (index, group) in layer.groups.enumerated() {
        let places = (0..<group.count).filter { chosen.contains(first + $0) }
        first += group.count
        if places.isEmpty { continue }
        let perUnit = group.width / group.count
        let inside = places.flatMap { place in (0..<perUnit).map { place * perUnit + $0 } }
        groups.append(group.resized(to: places.count))
        picked += inside.map { layer.ranges[index].lowerBound + $0 }
        own.append(parameters.groups[index].map { $0.rows(at: inside) })
      }
      kept.append(UnitLayer(groups))
      columns.append(picked)
      values.append(own)
    }
    return BoltzmannMachine(
      layers: kept,
      weights: weightIndices.map { lower in
        weights(lower).rows(at: columns[lower]).transposed().rows(at: columns[lower + 1])
          .transposed()
      }, units: values)
  }

  /// The same joint distribution as a machine of two layers, the odd layers side by side and then the even ones: rows of it
  /// are states of the other side.
  public func exchangingSides() -> BoltzmannMachine {
    let sides = [side(1), side(0)]
    var first: [Int: Int] = [:]
    for side in sides {
      var place = 0
      for layer in side {
        first[layer] = place
        place += layers[layer].width
      }
    }
    var couplings = Tensor<Scalar>(zeros: [hiddenCount, variableCount])
    for lower in weightIndices {
      let (odd, even) = lower % 2 == 1 ? (lower, lower + 1) : (lower + 1, lower)
      let block = lower % 2 == 1 ? weights(lower) : weights(lower).transposed()
      guard let top = first[odd], let left = first[even] else { continue }
      for row in 0..<block.shape[0] {
        for column in 0..<block.shape[1] {
          couplings[top + row, left + column] = block[row, column]
        }
      }
    }
    return BoltzmannMachine(
      layers: sides.map { side in UnitLayer(side.flatMap { layers[$0].groups }) },
      weights: [couplings],
      units: sides.map { side in side.flatMap { unitParameters($0).groups } })
  }
}
