import Joule

/// Kinds that are made of models of the catalog: they are as right as their experts, and as what joins them.
protocol ExpertsKind: ModelKind {
  var experts: [any ModelKind] { get }

  /// What joins the experts, where its rows can be listed.
  func ownChecks(_ verification: ModelVerification) -> [VerificationCheck]
}

extension ExpertsKind {
  /// All rows of so many bits; nil where variables are no bits, or rows too many.
  fileprivate var listing: Tensor<Float>? {
    guard Self.values == .unit else { return nil }
    return .listing(
      [[[Double]]](repeating: [[0], [1]], count: variableCount),
      atMost: ModelVerification.largestListing)
  }
}

extension ProductKind: ExpertsKind {
  var experts: [any ModelKind] { model.experts.map(\.kind) }

  /// Gibbs sampling, which goes by what flips cost, against the energies of all rows.
  func ownChecks(_ verification: ModelVerification) -> [VerificationCheck] {
    guard let listing else { return [] }
    return verification.sampler(
      Gibbs(model.product), of: ListedProduct(product: model.product, listing: listing)) ?? []
  }
}

/// A product over bits with the list of its rows.
private struct ListedProduct<Product: EnergyModel>: ListedModel where Product.Scalar == Float {
  let product: Product
  let listing: Tensor<Float>

  var variableCount: Int { product.variableCount }
  func energy(of rows: Tensor<Float>) -> Tensor<Float> { product.energy(of: rows) }
  func rows(listingAtMost count: Int) -> Tensor<Float>? {
    listing.shape[0] <= count ? listing : nil
  }
  /// Experts have no common part: the product itself.
  func submodel(units: Int, using key: RandomKey) -> Self { self }
}

extension ExpertMixtureKind: ExpertsKind {
  var experts: [any ModelKind] { model.mixture.experts.map(\.kind) }

  /// The sum of all densities, which is one as far as log Z of the experts is known.
  func ownChecks(_ verification: ModelVerification) -> [VerificationCheck] {
    guard let listing else { return [] }
    let energies = Tensor<Double>(model.energy(of: listing))
    let total = (-energies).logSumExp(along: 0)[]
    let rounding = 64 * Double(Float.ulpOfOne) * (energies.largestMagnitude + 1)
    return [
      VerificationCheck(
        name: "log Z", difference: abs(total), bound: model.partitionError + rounding,
        meaning:
          "the sum of the mixture's densities over all rows, which is to be 1, as its logarithm")
    ]
  }
}
