public import JouleAutodiff
public import JouleCore
public import JouleRandom
public import JouleTensor

/// An energy-based generative adversarial network: an autoencoder whose reconstruction error is the energy, and
/// a generator of rows.
///
///     E(x) = (1/n) |decoder(encoder(x)) − x|²,   x = generator(z),   z ~ N(0, I)
///
/// Trained by `AdversarialContrast`, the energy is low at the data and at least a margin where the generator
/// has been before it learnt them. It is a shape of energies, not a density: nothing makes exp(−E)
/// normalizable.
///
/// Parameters, under the names of ``Sequential``: `encoder.…`, `decoder.…`, `generator.…`.
///
/// Reference: J. Zhao, M. Mathieu, Y. LeCun, Energy-based generative adversarial networks, ICLR 2017,
/// section 2.
public struct EBGAN<Scalar: TensorScalar>: GeneratedEnergy {
  public let architecture: EBGANArchitecture
  public var parameters: ParameterSet<Scalar>
  public let workspace = Workspace<Scalar>()
  private let networks: EBGANArchitecture.Networks

  public var variableCount: Int { architecture.variableCount }
  public var latentCount: Int { architecture.latentCount }

  /// Networks as training starts from them.
  public init(_ architecture: EBGANArchitecture, using key: RandomKey) {
    self.init(
      architecture, ParameterSet(initial: architecture.networks.parameters, using: key))
  }

  /// Networks of given parameters.
  ///
  /// - Precondition: names and shapes are those of the architecture.
  public init(_ architecture: EBGANArchitecture, _ parameters: ParameterSet<Scalar>) {
    networks = architecture.networks
    parameters.require(networks.parameters)
    self.architecture = architecture
    self.parameters = parameters
  }

  public func energy(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    let code = features(of: rows, parameters)
    let error = networks.decoder(code, parameters.part("decoder.")) - rows
    return error.squared().mean(along: 1)
  }

  /// The code of every row, `[batch, code]`.
  public func features(
    of rows: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    networks.encoder(rows, parameters.part("encoder."))
  }

  public func generated(
    from latents: Value<Scalar>, _ parameters: ParameterValues<Scalar>
  ) -> Value<Scalar> {
    networks.generator(latents, parameters.part("generator."))
  }

  /// Rows drawn by the generator, `[count, variables]`; row r draws as chain r.
  public func generate(count: Int, using random: ChainRandom) -> Tensor<Scalar> {
    generated(from: Tensor(normal: [count, latentCount], using: random))
  }
}

extension EBGAN: ArchivableModel {
  public static var kind: String { "ebgan" }

  /// The parameters by name, and the text `architecture`, such as `784;256;32;100;256;swish`: variables, hidden
  /// units of the autoencoder, code, latents, hidden units of the generator, activation.
  public func archive(into archive: inout Archive) {
    parameters.archive(into: &archive, prefix: "")
    archive.metadata["architecture"] = architecture.text
  }

  /// - Throws: when the text is missing or malformed, or a tensor missing, unknown, of another shape or not
  ///   finite.
  public init(from archive: Archive) throws(ArchiveError) {
    let text = try archive.text("architecture")
    guard let architecture = EBGANArchitecture(text: text) else {
      throw .malformed("architecture", text)
    }
    self.init(
      architecture, try ParameterSet(architecture.networks.parameters, from: archive))
  }
}
