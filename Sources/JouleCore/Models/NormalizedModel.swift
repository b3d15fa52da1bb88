/// A model whose density is known with its constant, whatever its parameters are.
///
///     E(x) = −log p(x),   Σₓ exp(−E(x)) = 1,   log Z = 0
///
/// Then E_model[∂E/∂θ] = 0, because Σₓ p(x) ∂ log p(x)/∂θ = ∂/∂θ Σₓ p(x) = ∂1/∂θ: of the two terms of
///
///     ∂L/∂θ = E_data[∂E/∂θ] − E_model[∂E/∂θ]
///
/// the first alone is the gradient of the likelihood, exactly. A conformer promises it; energies that
/// are right up to a constant that depends on θ are no normalized model.
public protocol NormalizedModel: ParametricEnergy, TractableDistribution {}
