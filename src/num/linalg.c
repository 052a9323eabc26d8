/* Eigenvalues, singular values and least squares by GSL, on scaled copies; Cholesky factors. */
#include "cusp/linalg.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_linalg.h>

#include "cusp/mem.h"

/* Largest absolute entry; false if one is not finite. */
static bool scale_of(const double *a, size_t count, double *scale)
{
    *scale = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(a[i])) {
            return false;
        }
        *scale = fmax(*scale, fabs(a[i]));
    }
    return true;
}

/* A power of two near scale (1 for 0), so that dividing by it is exact. */
static double unit_of(double scale)
{
    int exponent = 0;
    if (scale > 0) {
        (void)frexp(scale, &exponent);
    }
    /* Stay where 1 / unit and products with it are normal. */
    exponent = exponent > 1000 ? 1000 : exponent < -1000 ? -1000 : exponent;
    return ldexp(1, exponent);
}

enum status linalg_eigen(const double *a, size_t n, double *values, double *vectors)
{
    double scale;
    if (!scale_of(a, n * n, &scale)) {
        return ST_DOMAIN;
    }
    if (n == 0) {
        return ST_OK;
    }
    double unit = unit_of(scale);
    gsl_matrix *m = gsl_matrix_alloc(n, n);
    gsl_matrix *v = gsl_matrix_alloc(n, n);
    gsl_vector *w = gsl_vector_alloc(n);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(n);
    enum status status = ST_UNABLE;
    if (m == NULL || v == NULL || w == NULL || work == NULL) {
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) {
            gsl_matrix_set(m, i, j, 0.5 * (a[i * n + j] / unit + a[j * n + i] / unit));
        }
    }
    if (gsl_eigen_symmv(m, w, v, work) != 0 ||
        gsl_eigen_symmv_sort(w, v, GSL_EIGEN_SORT_VAL_DESC) != 0) {
        goto out;
    }
    for (size_t i = 0; i < n; i++) {
        values[i] = gsl_vector_get(w, i) * unit;
        for (size_t j = 0; vectors != NULL && j < n; j++) {
            vectors[i * n + j] = gsl_matrix_get(v, j, i);
        }
    }
    status = ST_OK;
out:
    gsl_eigen_symmv_free(work);
    gsl_vector_free(w);
    gsl_matrix_free(v);
    gsl_matrix_free(m);
    return status;
}

struct svd {
    gsl_matrix *u, *v; /* rows × n, n × n; rows = max(m, n), zero rows added */
    gsl_vector *s, *work;
    double unit; /* singular values of a are unit × s */
};

static void svd_done(struct svd *svd)
{
    gsl_matrix_free(svd->u);
    gsl_matrix_free(svd->v);
    gsl_vector_free(svd->s);
    gsl_vector_free(svd->work);
}

static void load(struct svd *svd, const double *a, size_t m, size_t n)
{
    gsl_matrix_set_zero(svd->u);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < n; j++) {
            gsl_matrix_set(svd->u, i, j, a[i * n + j] / svd->unit);
        }
    }
}

/* m, n > 0.  The caller calls svd_done whatever comes back. */
static enum status svd_make(struct svd *svd, const double *a, size_t m, size_t n)
{
    *svd = (struct svd){0};
    double scale;
    if (!scale_of(a, m * n, &scale)) {
        return ST_DOMAIN;
    }
    svd->unit = unit_of(scale);
    svd->u = gsl_matrix_alloc(m > n ? m : n, n);
    svd->v = gsl_matrix_alloc(n, n);
    svd->s = gsl_vector_alloc(n);
    svd->work = gsl_vector_alloc(n);
    if (svd->u == NULL || svd->v == NULL || svd->s == NULL || svd->work == NULL) {
        return ST_UNABLE;
    }
    load(svd, a, m, n);
    /* One-sided Jacobi is the more accurate for small values; it may give up, Golub–Reinsch not. */
    if (gsl_linalg_SV_decomp_jacobi(svd->u, svd->v, svd->s) == 0) {
        return ST_OK;
    }
    load(svd, a, m, n);
    return gsl_linalg_SV_decomp(svd->u, svd->v, svd->s, svd->work) == 0 ? ST_OK : ST_UNABLE;
}

enum status linalg_svd(const double *a, size_t m, size_t n, double *values, double *v)
{
    if (n == 0) {
        return ST_OK;
    }
    if (m == 0) {
        for (size_t i = 0; v != NULL && i < n * n; i++) {
            v[i] = i % (n + 1) == 0;
        }
        return ST_OK;
    }
    struct svd svd;
    enum status status = svd_make(&svd, a, m, n);
    if (status == ST_OK) {
        for (size_t i = 0; i < n; i++) {
            if (i < m) {
                values[i] = gsl_vector_get(svd.s, i) * svd.unit;
            }
            for (size_t j = 0; v != NULL && j < n; j++) {
                v[i * n + j] = gsl_matrix_get(svd.v, j, i);
            }
        }
    }
    svd_done(&svd);
    return status;
}

enum status linalg_least_squares(const double *a, size_t m, size_t n, const double *b, double rcond,
                                 double *x, size_t *rank)
{
    double scale;
    if (!scale_of(b, m, &scale)) {
        return ST_DOMAIN;
    }
    for (size_t j = 0; j < n; j++) {
        x[j] = 0;
    }
    size_t found = 0;
    if (m > 0 && n > 0) {
        struct svd svd;
        enum status status = svd_make(&svd, a, m, n);
        if (status != ST_OK) {
            svd_done(&svd);
            return status;
        }
        double least = rcond * gsl_vector_get(svd.s, 0);
        for (size_t i = 0; i < n; i++) {
            double s = gsl_vector_get(svd.s, i);
            if (!(s > 0) || s < least) {
                continue;
            }
            found++;
            double along = 0;
            for (size_t k = 0; k < m; k++) {
                along += gsl_matrix_get(svd.u, k, i) * b[k];
            }
            for (size_t j = 0; j < n; j++) {
                x[j] += gsl_matrix_get(svd.v, j, i) * (along / s / svd.unit);
            }
        }
        svd_done(&svd);
    }
    if (rank != NULL) {
        *rank = found;
    }
    for (size_t j = 0; j < n; j++) {
        if (!isfinite(x[j])) {
            return ST_DOMAIN;
        }
    }
    return ST_OK;
}

bool linalg_cholesky(double *a, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        for (size_t i = j; i < n; i++) {
            double rest = a[i * n + j];
            for (size_t k = 0; k < j; k++) {
                rest -= a[i * n + k] * a[j * n + k];
            }
            if (i == j && !(rest > 0)) {
                return false;
            }
            a[i * n + j] = i == j ? sqrt(rest) : rest / a[j * n + j];
        }
    }
    return true;
}

void linalg_cholesky_solve(const double *l, size_t n, double *b)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++) {
            b[i] -= l[i * n + k] * b[k];
        }
        b[i] /= l[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++) {
            b[i] -= l[k * n + i] * b[k];
        }
        b[i] /= l[i * n + i];
    }
}
