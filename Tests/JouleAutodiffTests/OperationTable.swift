import JouleAutodiff
import JouleTensor

/// Every operation, with broadcasting in each direction.
let operationTable: [OperationCase] = [
  OperationCase("add", [[3, 4], [3, 4]]) { $0[0] + $0[1] },
  OperationCase("add a row", [[3, 4], [4]]) { $0[0] + $0[1] },
  OperationCase("add to a column", [[3, 1], [3, 4]]) { $0[0] + $0[1] },
  OperationCase("add to itself", [[3]]) { $0[0] + $0[0] },
  OperationCase("subtract", [[3, 4], [1, 4]]) { $0[0] - $0[1] },
  OperationCase("subtract from a number", [[], [2, 3]]) { $0[0] - $0[1] },
  OperationCase("multiply", [[3, 4], [3, 4]]) { $0[0] * $0[1] },
  OperationCase("multiply by a row", [[2, 3, 4], [3, 4]]) { $0[0] * $0[1] },
  OperationCase("multiply by leading axes", [[2, 3, 4], [2, 1, 1]]) { $0[0] * $0[1] },
  OperationCase("divide", [[3, 4], [3, 4]], in: 0.5...2) { $0[0] / $0[1] },
  OperationCase("divide a row", [[4], [3, 4]], in: 0.5...2) { $0[0] / $0[1] },
  OperationCase("scale and shift", [[3, 4]]) { 2 - $0[0] * 3 + 1 },
  OperationCase("number over", [[3, 4]], in: 0.5...2) { 2 / $0[0] },
  OperationCase("negate", [[3, 4]]) { -$0[0] },
  OperationCase("exp", [[3, 4]]) { $0[0].exp() },
  OperationCase("log", [[3, 4]], in: 0.5...2) { $0[0].log() },
  OperationCase("tanh", [[3, 4]]) { $0[0].tanh() },
  OperationCase("logistic", [[3, 4]]) { $0[0].logistic() },
  OperationCase("softplus", [[3, 4]]) { $0[0].softplus() },
  OperationCase("sqrt", [[3, 4]], in: 0.5...2) { $0[0].sqrt() },
  OperationCase("squared", [[3, 4]]) { $0[0].squared() },
  OperationCase("reciprocal", [[3, 4]], in: 0.5...2) { $0[0].reciprocal() },
  OperationCase("swish", [[3, 4]]) { $0[0].swish() },
  OperationCase("matmul", [[3, 4], [4, 2]]) { $0[0].matmul($0[1]) },
  OperationCase("matmul, left transposed", [[4, 3], [4, 2]]) {
    $0[0].matmul($0[1], transposingSelf: true)
  },
  OperationCase("matmul, right transposed", [[3, 4], [2, 4]]) {
    $0[0].matmul($0[1], transposingOther: true)
  },
  OperationCase("matmul, both transposed", [[4, 3], [2, 4]]) {
    $0[0].matmul($0[1], transposingSelf: true, transposingOther: true)
  },
  OperationCase("affine", [[3, 4], [4, 2], [2]]) { $0[0].affine($0[1], $0[2]) },
  OperationCase("sum", [[3, 4]]) { $0[0].squared().sum() },
  OperationCase("mean", [[3, 4]]) { $0[0].squared().mean() },
  OperationCase("sum of rows", [[3, 4]]) { $0[0].squared().sum(along: 1) },
  OperationCase("sum of columns", [[3, 4]]) { $0[0].squared().sum(along: 0) },
  OperationCase("sum of a middle axis", [[2, 3, 4]]) { $0[0].squared().sum(along: 1) },
  OperationCase("mean of a middle axis", [[2, 3, 4]]) { $0[0].squared().mean(along: 1) },
  OperationCase("log-sum-exp of rows", [[3, 4]]) { $0[0].logSumExp(along: 1) },
  OperationCase("log-sum-exp of columns", [[3, 4]]) { $0[0].logSumExp(along: 0) },
  OperationCase("log-sum-exp of a middle axis", [[2, 3, 4]]) { $0[0].logSumExp(along: 1) },
  OperationCase("repeated", [[2, 1, 4]]) { $0[0].squared().repeated(along: 1, count: 3) },
  OperationCase("broadcast", [[1, 4]]) { $0[0].squared().broadcast(to: [3, 4]) },
  OperationCase("sum to a column", [[3, 4]]) { $0[0].squared().sum(to: [3, 1]) },
  OperationCase("reshaped", [[3, 4]]) { $0[0].squared().reshaped(to: [2, 6]) },
  OperationCase("transposed", [[3, 4]]) { $0[0].squared().transposed() },
  OperationCase("slice of columns", [[3, 5]]) { $0[0].squared().columns(1..<4) },
  OperationCase("slice of rows", [[5, 3]]) { $0[0].squared().rows(3..<5) },
  OperationCase("slice of a middle axis", [[2, 4, 3]]) { $0[0].squared().slice(1..<3, along: 1) },
  OperationCase("padded", [[2, 3]]) { $0[0].squared().padded(along: 1, before: 2, after: 1) },
  OperationCase("concatenate rows", [[2, 3], [1, 3], [3, 3]]) {
    Value(concatenating: $0.map { $0.squared() })
  },
  OperationCase("concatenate columns", [[3, 2], [3, 4]]) {
    Value(concatenating: [$0[0].squared(), $0[1], $0[0]], along: 1)
  },
  OperationCase("gather rows", [[4, 3]]) { $0[0].squared().rows(at: [2, 0, 2, 3, 2]) },
  OperationCase("sum of rows by index", [[4, 3]]) {
    $0[0].squared().sumOfRows(at: [1, 4, 1, 0], count: 5)
  },
  OperationCase("abs", [[3, 4]]) { $0[0].abs() * $0[0] },
  OperationCase("leaky rectifier", [[3, 4]]) { $0[0].leakyReLU(leak: 0.1) * $0[0] },
  OperationCase("GELU", [[3, 4]], in: -4...4) { $0[0].gelu() },
  OperationCase("maximum", [[3, 4], [3, 4]]) { $0[0].squared().maximum($0[1].squared()) },
  OperationCase("minimum with a row", [[3, 4], [4]]) { $0[0].squared().minimum($0[1].squared()) },
  OperationCase("maximum of rows", [[3, 4]]) { $0[0].squared().max(along: 1) },
  OperationCase("maximum of columns", [[3, 4]]) { $0[0].squared().max(along: 0) },
  OperationCase("minimum of a middle axis", [[2, 3, 4]]) { $0[0].squared().min(along: 1) },
  OperationCase("patches", [[2, 4, 5, 2]]) {
    $0[0].squared().patches(height: 3, width: 2, stride: 2, padding: 1)
  },
  OperationCase("convolution", [[2, 4, 5, 2], [3, 2, 2, 3], [3]]) {
    $0[0].convolution($0[1], bias: $0[2])
  },
  OperationCase("convolution with stride and padding", [[2, 5, 4, 2], [3, 3, 2, 2]]) {
    $0[0].convolution($0[1], stride: 2, padding: 1)
  },
  OperationCase("transposed convolution", [[2, 3, 2, 3], [3, 4, 2, 3]]) {
    $0[0].transposedConvolution($0[1], stride: 2, padding: 1)
  },
  OperationCase("average pooling", [[2, 4, 5, 2]]) { $0[0].squared().averagePool(2) },
  OperationCase("average pooling with padding", [[1, 4, 4, 2]]) {
    $0[0].squared().averagePool(3, stride: 2, padding: 1)
  },
  OperationCase("maximum pooling", [[2, 4, 5, 2]]) { $0[0].squared().maximumPool(2, stride: 1) },
  OperationCase("standardized rows", [[3, 4]]) { $0[0].standardized(along: 1) },
  OperationCase("standardized columns", [[4, 3]]) { $0[0].standardized(along: 0, epsilon: 0.1) },
  OperationCase("transposed, batched", [[2, 3, 4]]) { $0[0].squared().matricesTransposed() },
  OperationCase("batched matmul", [[2, 3, 4], [2, 4, 2]]) { $0[0].batchedMatmul($0[1]) },
  OperationCase("batched matmul, left transposed", [[2, 4, 3], [2, 4, 2]]) {
    $0[0].batchedMatmul($0[1], transposingSelf: true)
  },
  OperationCase("batched matmul, right transposed", [[2, 3, 4], [2, 2, 4]]) {
    $0[0].batchedMatmul($0[1], transposingOther: true)
  },
  OperationCase("batched matmul, both transposed", [[2, 4, 3], [2, 2, 4]]) {
    $0[0].batchedMatmul($0[1], transposingSelf: true, transposingOther: true)
  },
  OperationCase("solve", [[3, 3], [3, 2]]) { wellConditioned($0[0]).solve($0[1]) },
  OperationCase("solve, batched", [[2, 3, 3], [2, 3, 2]]) { wellConditioned($0[0]).solve($0[1]) },
  OperationCase("log-determinant", [[3, 3]]) { wellConditioned($0[0]).logAbsDeterminant() },
  OperationCase("log-determinant, batched", [[2, 3, 3]]) {
    wellConditioned($0[0]).logAbsDeterminant()
  },
  OperationCase("Cholesky", [[3, 3]]) { wellConditioned($0[0]).cholesky() },
  OperationCase("Cholesky, batched", [[2, 3, 3]]) { wellConditioned($0[0]).cholesky() },
  OperationCase("lower triangle solved", [[3, 3], [3, 2]]) {
    wellConditioned($0[0]).solveLowerTriangle($0[1])
  },
  OperationCase("lower triangles solved, transposed", [[2, 3, 3], [2, 3, 2]]) {
    wellConditioned($0[0]).solveLowerTriangle($0[1], transposed: true)
  },
]

/// 4 I added: eigenvalues stay away from zero.
private func wellConditioned(_ a: Value<Double>) -> Value<Double> {
  a * 0.5 + a.tape.value(Tensor.identity(3) * 4)
}
