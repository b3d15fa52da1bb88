import JouleTensor

extension IsingModel {
  /// The product of Ising models, which is one: what they say of an edge or a site adds up.
  ///
  ///     Πₘ exp(−Eₘ(x))^wₘ = exp(−E(x)),   J = Σₘ wₘ Jₘ,  h = Σₘ wₘ hₘ,  c = Σₘ wₘ cₘ
  ///
  /// It has the edges of all of them. Models of other values than the first's are expressed in them.
  ///
  /// - Parameter weights: w, one a model.
  /// - Precondition: at least one model; all of the same sites.
  public static func product(_ models: [IsingModel], weights: [Scalar]) -> IsingModel {
    precondition(
      !models.isEmpty && models.count == weights.count
        && models.allSatisfy { $0.variableCount == models[0].variableCount },
      "a product takes models of as many sites, each with a weight: got \(weights.count) weights for models of "
        + "\(models.map(\.variableCount)) sites")
    let alike = models.map { $0.expressed(in: models[0].values) }
    var constant = 0.0
    var field = Tensor<Scalar>(zeros: [models[0].variableCount])
    for (model, weight) in zip(alike, weights) {
      constant += Double(weight) * model.constant
      field.add(model.field, scaledBy: weight)
    }
    if alike.allSatisfy({ $0.graph == alike[0].graph }) {
      var couplings = Tensor<Scalar>(zeros: [alike[0].graph.edgeCount])
      for (model, weight) in zip(alike, weights) {
        couplings.add(model.couplings, scaledBy: weight)
      }
      return IsingModel(
        alike[0].graph, couplings: couplings, field: field, values: alike[0].values,
        constant: constant)
    }
    var places: [SitePair: Int] = [:]
    var (first, second): ([Int32], [Int32]) = ([], [])
    var couplings: [Scalar] = []
    for (model, weight) in zip(alike, weights) {
      model.graph.forEachEdge { edge, one, other in
        let pair = SitePair(joining: one, other)
        if let place = places[pair] {
          couplings[place] += weight * model.couplings[edge]
        } else {
          places[pair] = couplings.count
          first.append(pair.low)
          second.append(pair.high)
          couplings.append(weight * model.couplings[edge])
        }
      }
    }
    return IsingModel(
      FieldGraph(
        siteCount: field.count,
        list: EdgeList(first: first, second: second, siteCount: field.count)),
      couplings: Tensor(couplings), field: field, values: alike[0].values, constant: constant)
  }
}
