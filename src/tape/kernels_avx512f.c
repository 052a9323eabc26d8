/* Kernels for x86-64 processors with AVX-512 F and DQ: eight lanes. */
#include "kernels.h"

#if defined(__x86_64__)
#define KERNELS kernels_avx512f
#define KERNELS_NAME "avx512f"

#include <immintrin.h>
#include <sleef.h>

#define VD __m512d
#define VM __mmask8
#define V_LANES 8
#define V_LOAD(p) _mm512_loadu_pd(p)
#define V_STORE(p, v) _mm512_storeu_pd((p), (v))
#define V_SET(x) _mm512_set1_pd(x)
#define V_MUL_ADD(x, y, z) _mm512_fmadd_pd((x), (y), (z))
#define V_MUL_SUB(x, y, z) _mm512_fmsub_pd((x), (y), (z))
#define V_SUB_MUL(x, y, z) _mm512_fnmadd_pd((x), (y), (z))
#define V_ABS(x) _mm512_abs_pd(x)
#define V_SQRT(x) _mm512_sqrt_pd(x)
#define V_LT(x, y) _mm512_cmp_pd_mask((x), (y), _CMP_LT_OQ)
#define V_LE(x, y) _mm512_cmp_pd_mask((x), (y), _CMP_LE_OQ)
#define V_EQ(x, y) _mm512_cmp_pd_mask((x), (y), _CMP_EQ_OQ)
#define V_NE(x, y) _mm512_cmp_pd_mask((x), (y), _CMP_NEQ_UQ)
#define V_AND(m, k) _kand_mask8((m), (k))
#define V_OR(m, k) _kor_mask8((m), (k))
#define V_PICK(m, yes, no) _mm512_mask_blend_pd((m), (no), (yes))
/* The low bits of the fraction become the exponent. */
#define V_FROM_EXPONENT(x) _mm512_castsi512_pd(_mm512_slli_epi64(_mm512_castpd_si512(x), 52))
#define V_EXP Sleef_expd8_u10avx512f
#define V_EXPM1 Sleef_expm1d8_u10avx512f
#define V_LOG Sleef_logd8_u10avx512f
#define V_LOG1P Sleef_log1pd8_u10avx512f
#define V_SIN Sleef_sind8_u10avx512f
#define V_COS Sleef_cosd8_u10avx512f
#define V_ERF Sleef_erfd8_u10avx512f
#define V_ERFC Sleef_erfcd8_u15avx512f
#define V_POW Sleef_powd8_u10avx512f

#include "kernels_template.h"
#endif
