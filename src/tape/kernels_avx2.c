/* Kernels for x86-64 processors with AVX2 and FMA: four lanes. */
#include "kernels.h"

#if defined(__x86_64__)
#define KERNELS kernels_avx2
#define KERNELS_NAME "avx2"

#include <immintrin.h>
#include <sleef.h>

#define VD __m256d
#define VM __m256d
#define V_LANES 4
#define V_LOAD(p) _mm256_loadu_pd(p)
#define V_STORE(p, v) _mm256_storeu_pd((p), (v))
#define V_SET(x) _mm256_set1_pd(x)
#define V_MUL_ADD(x, y, z) _mm256_fmadd_pd((x), (y), (z))
#define V_MUL_SUB(x, y, z) _mm256_fmsub_pd((x), (y), (z))
#define V_SUB_MUL(x, y, z) _mm256_fnmadd_pd((x), (y), (z))
#define V_ABS(x) _mm256_andnot_pd(_mm256_set1_pd(-0.0), (x))
#define V_SQRT(x) _mm256_sqrt_pd(x)
#define V_LT(x, y) _mm256_cmp_pd((x), (y), _CMP_LT_OQ)
#define V_LE(x, y) _mm256_cmp_pd((x), (y), _CMP_LE_OQ)
#define V_EQ(x, y) _mm256_cmp_pd((x), (y), _CMP_EQ_OQ)
#define V_NE(x, y) _mm256_cmp_pd((x), (y), _CMP_NEQ_UQ)
#define V_AND(m, k) _mm256_and_pd((m), (k))
#define V_OR(m, k) _mm256_or_pd((m), (k))
#define V_PICK(m, yes, no) _mm256_blendv_pd((no), (yes), (m))
/* The low bits of the fraction become the exponent. */
#define V_FROM_EXPONENT(x) _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(x), 52))
#define V_EXP Sleef_expd4_u10avx2
#define V_EXPM1 Sleef_expm1d4_u10avx2
#define V_LOG Sleef_logd4_u10avx2
#define V_LOG1P Sleef_log1pd4_u10avx2
#define V_SIN Sleef_sind4_u10avx2
#define V_COS Sleef_cosd4_u10avx2
#define V_ERF Sleef_erfd4_u10avx2
#define V_ERFC Sleef_erfcd4_u15avx2
#define V_POW Sleef_powd4_u10avx2

#include "kernels_template.h"
#endif
