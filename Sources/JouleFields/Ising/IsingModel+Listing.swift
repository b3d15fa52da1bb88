public import JouleCore
public import JouleRandom
public import JouleTensor

extension IsingModel: ListedModel {
  public func rows(listingAtMost count: Int) -> Tensor<Scalar>? {
    Tensor.listing([[[Double]]](repeating: [[0], [1]], count: variableCount), atMost: count)
  }

  /// The field on some sites, with the couplings between them.
  public func submodel(units: Int, using key: RandomKey) -> IsingModel {
    var stream = RandomStream(key: key)
    let sites = stream.permutation(count: variableCount).prefix(units).sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(sites, sites.indices))
    var (first, second): ([Int32], [Int32]) = ([], [])
    var kept: [Scalar] = []
    graph.forEachEdge { edge, one, other in
      guard let one = places[one], let other = places[other] else { return }
      first.append(Int32(one))
      second.append(Int32(other))
      kept.append(couplings[edge])
    }
    return IsingModel(
      FieldGraph(
        siteCount: sites.count,
        list: EdgeList(first: first, second: second, siteCount: sites.count)),
      couplings: Tensor(kept), field: Tensor(sites.map { field[$0] }), values: values)
  }
}
