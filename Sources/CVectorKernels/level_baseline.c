#include "CVectorKernels.h"
#include "vectors.h"

#define JK_LEVEL_TABLES jk_tables_baseline
#include "level.h"
