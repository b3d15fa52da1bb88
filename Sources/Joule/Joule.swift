// One import for everything.
@_exported public import JouleAlgebra
@_exported public import JouleAutodiff
@_exported public import JouleCore
@_exported public import JouleEvaluation
@_exported public import JouleFields
@_exported public import JouleIO
@_exported public import JouleModels
@_exported public import JouleNeural
@_exported public import JouleRandom
@_exported public import JouleSampling
@_exported public import JouleTensor
@_exported public import JouleTraining
