import Joule

/// The kinds of model that commands know. A new kind is a file in this folder and a line here.
enum ModelCatalog {
  static let kinds: [any ModelKind.Type] = [
    RBMKind.self, ClassificationRBMKind.self, NADEKind.self, MixtureKind<BernoulliFamily>.self,
    MixtureKind<GaussianFamily>.self, MADEKind.self, FlowKind.self,
    ProductKind<BitExperts>.self, ProductKind<NumberExperts>.self,
    ExpertMixtureKind<BitExperts>.self, ExpertMixtureKind<NumberExperts>.self,
    EnergyKind.self, NoiseEnergyKind.self, BitEnergyKind.self,
    EBGANKind.self, ClassifierNetworkKind.self,
    AutoencoderKind.self,
    MachineKind.self, DBMKind.self, DeepMachineKind.self, DBNKind.self, IsingKind.self,
    FamilyKind<Bernoulli>.self, FamilyKind<Binomial>.self, FamilyKind<Categorical>.self,
    FamilyKind<Poisson>.self, FamilyKind<Geometric>.self, FamilyKind<NegativeBinomial>.self,
    FamilyKind<Exponential>.self, FamilyKind<Gamma>.self, FamilyKind<InverseGamma>.self,
    FamilyKind<Beta>.self, FamilyKind<Gaussian>.self, FamilyKind<VonMises>.self,
    FamilyKind<Multinomial>.self, FamilyKind<Dirichlet>.self,
    FamilyKind<MultivariateGaussian>.self, FamilyKind<Wishart>.self,
  ]

  /// The kind of that name in files.
  static func kind(named name: String) -> (any ModelKind.Type)? {
    kinds.first { $0.name == name }
  }

  /// The names of all kinds, in a row. (A closure: a key path of a metatype crashes Swift 6.3.)
  static var names: String { kinds.map { $0.name }.joined(separator: ", ") }
}

extension ModelKind {
  /// The name of the kind in files.
  static var name: String { Model.kind }

  /// Reads a model.
  static func load(_ archive: Archive) throws(ArchiveError) -> any ModelKind {
    Self(try Model(from: archive))
  }
}
