/* A product of matrices of parameters is recognised: the arrays of the model are put in every order
   until the entries of their product span the ideal. */
#include "matrices.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cusp/mem.h"
#include "matrices_private.h"

/* An array of parameters as it was declared. */
struct array {
    size_t rows, columns;
    size_t *entry; /* [rows][columns]: parameter */
};

struct search {
    const struct exact *exact;
    struct arena *arena;
    struct fractions pool;
    struct array arrays[MATRICES_MAX_LAYERS];
    size_t n_arrays;
    struct array layers[MATRICES_MAX_LAYERS]; /* in order, transposed as tried */
    const struct poly **truth;                /* found: [outputs][inputs] */
};

/* "a[2,1]" → the length of "a", and 2, 1 (1 where there is none). */
static size_t read_name(const char *name, size_t index[2])
{
    size_t length = strcspn(name, "[");
    index[0] = index[1] = 1;
    if (name[length] == '[') {
        char *end = NULL;
        index[0] = strtoul(name + length + 1, &end, 10);
        if (*end == ',')
            index[1] = strtoul(end + 1, NULL, 10);
    }
    return length;
}

static bool find_arrays(const struct model *model, struct search *search)
{
    size_t first[MATRICES_MAX_LAYERS];
    for (size_t i = 0; i < model->dim; i++) {
        size_t index[2], length = read_name(model->params[i].name, index), a = 0;
        while (a < search->n_arrays &&
               (strncmp(model->params[first[a]].name, model->params[i].name, length) != 0 ||
                strcspn(model->params[first[a]].name, "[") != length)) {
            a++;
        }
        if (a == MATRICES_MAX_LAYERS)
            return false;
        if (a == search->n_arrays)
            first[search->n_arrays++] = i;
        struct array *array = &search->arrays[a];
        if (index[0] > array->rows)
            array->rows = index[0];
        if (index[1] > array->columns)
            array->columns = index[1];
    }
    for (size_t a = 0; a < search->n_arrays; a++) {
        struct array *array = &search->arrays[a];
        if (array->rows > SYNTAX_MAX_PARAMS || array->columns > SYNTAX_MAX_PARAMS)
            return false;
        array->entry = arena_new(search->arena, array->rows * array->columns, sizeof(size_t));
        for (size_t i = 0; i < model->dim; i++) {
            size_t index[2], length = read_name(model->params[i].name, index);
            if (strncmp(model->params[first[a]].name, model->params[i].name, length) != 0 ||
                strcspn(model->params[first[a]].name, "[") != length) {
                continue;
            }
            array->entry[(index[0] - 1) * array->columns + index[1] - 1] = i;
        }
    }
    return search->n_arrays >= 2;
}

static struct array transposed(struct search *search, const struct array *array)
{
    struct array out = {array->columns, array->rows, NULL};
    out.entry = arena_new(search->arena, out.rows * out.columns, sizeof *out.entry);
    for (size_t i = 0; i < out.rows; i++) {
        for (size_t j = 0; j < out.columns; j++) {
            out.entry[i * out.columns + j] = array->entry[j * array->columns + i];
        }
    }
    return out;
}

/* W_L … W_1 of the layers in order, entry by entry; the pool's. */
static const struct poly **product_of(struct search *search)
{
    size_t dim = search->exact->dim;
    const struct array *layer = &search->layers[0];
    size_t columns = layer->columns, rows = layer->rows;
    const struct poly **product = arena_new(search->arena, rows * columns, sizeof(void *));
    for (size_t i = 0; i < rows * columns; i++) {
        product[i] = fractions_keep(&search->pool, poly_var(dim, layer->entry[i]));
    }
    for (size_t s = 1; s < search->n_arrays; s++) {
        layer = &search->layers[s];
        const struct poly **next = arena_new(search->arena, layer->rows * columns, sizeof(void *));
        for (size_t i = 0; i < layer->rows; i++) {
            for (size_t j = 0; j < columns; j++) {
                const struct poly *sum = fractions_keep(&search->pool, poly_zero(dim));
                for (size_t k = 0; k < layer->columns; k++) {
                    const struct poly *x = fractions_keep(
                        &search->pool, poly_var(dim, layer->entry[i * layer->columns + k]));
                    const struct poly *term =
                        fractions_keep(&search->pool, poly_mul(x, product[k * columns + j]));
                    sum = fractions_keep(&search->pool, poly_add(sum, term));
                }
                next[i * columns + j] = sum;
            }
        }
        product = next;
    }
    return product;
}

/* The coefficient in g of the first term of p, as a constant without variables. */
static const struct poly *coefficient_of(struct search *search, const struct poly *g,
                                         const struct poly *p)
{
    unsigned long wanted[POLY_MAX_VARS], own[POLY_MAX_VARS];
    size_t dim = search->exact->dim;
    poly_exponents(p, 0, wanted);
    for (size_t t = 0; t < poly_n_terms(g); t++) {
        poly_exponents(g, t, own);
        if (memcmp(own, wanted, dim * sizeof *own) == 0) {
            return fractions_keep(&search->pool, poly_coefficient(g, t));
        }
    }
    return fractions_keep(&search->pool, poly_zero(dim));
}

/* Every generator is Σ c_ij p_ij − k: rows (c | k). False: it is not, or they do not fix all p_ij.
 */
static bool fits(struct search *search, const struct poly **product, size_t n)
{
    const struct exact_piece *piece = &search->exact->pieces[0];
    struct fraction_matrix rows;
    fraction_matrix_init(&rows, piece->n_generators, n + 1, search->arena);
    for (size_t g = 0; g < piece->n_generators; g++) {
        const struct poly *rest = piece->generators[g];
        for (size_t e = 0; e < n; e++) {
            const struct poly *c = coefficient_of(search, piece->generators[g], product[e]);
            const struct poly *part = fractions_keep(&search->pool, poly_mul(c, product[e]));
            rest = fractions_keep(&search->pool, poly_sub(rest, part));
            rows.entry[g * (n + 1) + e] = c;
        }
        if (!poly_is_constant(rest))
            return false;
        const struct poly *zero = fractions_keep(&search->pool, poly_zero(search->exact->dim));
        rows.entry[g * (n + 1) + n] = fractions_keep(&search->pool, poly_sub(zero, rest));
    }
    size_t pivots[SYNTAX_MAX_PARAMS + 1];
    if (n > SYNTAX_MAX_PARAMS || fraction_matrix_reduce(&rows, &search->pool, pivots) != n) {
        return false;
    }
    if (pivots[n - 1] != n - 1)
        return false; /* a row says 0 = 1 */
    search->truth = arena_new(search->arena, n, sizeof *search->truth);
    for (size_t e = 0; e < n; e++)
        search->truth[e] = rows.entry[e * (n + 1) + n];
    return true;
}

/* Tries what is left for layer s and above. */
static bool try_layers(struct search *search, size_t s, unsigned used)
{
    if (s == search->n_arrays) {
        size_t n = search->layers[s - 1].rows * search->layers[0].columns;
        if (n > search->exact->pieces[0].n_generators)
            return false;
        return fits(search, product_of(search), n);
    }
    for (size_t a = 0; a < search->n_arrays; a++) {
        if (used >> a & 1)
            continue;
        struct array both[] = {search->arrays[a], transposed(search, &search->arrays[a])};
        bool scalar = both[0].rows * both[0].columns == 1;
        for (size_t k = 0; k < (scalar ? 1 : 2); k++) {
            if (s > 0 && both[k].columns != search->layers[s - 1].rows)
                continue;
            search->layers[s] = both[k];
            if (try_layers(search, s + 1, used | 1U << a))
                return true;
        }
    }
    return false;
}

/* --- where λ is least ------------------------------------------------------------------------- */

/* How far from 0 all entries of a layer may be. */
static double layer_reach(const struct model *model, const struct array *layer)
{
    double reach = INFINITY;
    for (size_t i = 0; i < layer->rows * layer->columns; i++) {
        const struct model_param *param = &model->params[layer->entry[i]];
        reach = fmin(reach, fmin(-param->low, param->high));
    }
    return reach;
}

static double greatest(const struct fraction_matrix *matrix, size_t n_rows)
{
    double out = 0;
    for (size_t i = 0; i < n_rows * matrix->n_columns; i++) {
        out = fmax(out, fabs(fraction_value(matrix->entry[i])));
    }
    return out;
}

/* T = U V with U the pivots' columns of T and V its reduced rows; between them the identity;
   factors that multiply to 1 put every layer inside the box if its reaches multiply to enough. */
static bool least_point_inside(const struct model *model, const struct search *search,
                               const struct fraction_matrix *truth,
                               const struct fraction_matrix *reduced, const size_t *pivots,
                               size_t rank)
{
    double u = 0, v = greatest(reduced, rank), room = 1;
    for (size_t i = 0; i < truth->n_rows; i++) {
        for (size_t k = 0; k < rank; k++) {
            u = fmax(u, fabs(fraction_value(truth->entry[i * truth->n_columns + pivots[k]])));
        }
    }
    for (size_t s = 0; s < search->n_arrays; s++) {
        double reach = layer_reach(model, &search->layers[s]);
        if (!(reach > 0))
            return false;
        if (search->layers[s].rows < rank || search->layers[s].columns < rank)
            return false;
        room *= reach;
    }
    return u * v < room * (1 - 1e-9);
}

/* Every layer has the rank of T at the point, which is a zero inside the box. */
static bool is_least_point(struct search *search, const struct model *model, const double *at,
                           size_t rank)
{
    struct exact_piece *piece = &search->exact->pieces[0];
    const struct poly **values = arena_new(search->arena, model->dim, sizeof *values);
    for (size_t i = 0; i < model->dim; i++) {
        const char *text = exact_number(at[i], search->arena);
        struct poly *value = NULL;
        if (poly_number(model->dim, text, strlen(text), &value) != ST_OK)
            return false;
        values[i] = fractions_keep(&search->pool, value);
        if (!(at[i] > model->params[i].low && at[i] < model->params[i].high))
            return false;
    }
    for (size_t g = 0; g < piece->n_generators; g++) {
        struct poly *value = NULL;
        if (poly_compose(piece->generators[g], values, &value) != ST_OK)
            return false;
        if (!poly_is_zero(fractions_keep(&search->pool, value)))
            return false;
    }
    for (size_t s = 0; s < search->n_arrays; s++) {
        const struct array *layer = &search->layers[s];
        struct fraction_matrix matrix;
        size_t pivots[SYNTAX_MAX_PARAMS + 1];
        fraction_matrix_init(&matrix, layer->rows, layer->columns, search->arena);
        for (size_t i = 0; i < layer->rows * layer->columns; i++) {
            matrix.entry[i] = values[layer->entry[i]];
        }
        if (fraction_matrix_reduce(&matrix, &search->pool, pivots) != rank)
            return false;
    }
    return true;
}

static bool least_counts(struct search *search, const struct model *model, const double *at,
                         long *rank)
{
    struct fraction_matrix truth, reduced;
    size_t rows = search->layers[search->n_arrays - 1].rows, columns = search->layers[0].columns;
    size_t pivots[SYNTAX_MAX_PARAMS + 1];
    fraction_matrix_init(&truth, rows, columns, search->arena);
    fraction_matrix_init(&reduced, rows, columns, search->arena);
    for (size_t i = 0; i < rows * columns; i++) {
        truth.entry[i] = reduced.entry[i] = search->truth[i];
    }
    size_t found = fraction_matrix_reduce(&reduced, &search->pool, pivots);
    *rank = (long)found;
    return at ? is_least_point(search, model, at, found)
              : least_point_inside(model, search, &truth, &reduced, pivots, found);
}

static void write_down(const struct search *search, struct arena *arena, struct matrices *out)
{
    out->n_layers = search->n_arrays;
    out->widths[0] = search->layers[0].columns;
    for (size_t s = 0; s < search->n_arrays; s++) {
        const struct array *layer = &search->layers[s];
        size_t n = layer->rows * layer->columns;
        out->widths[s + 1] = layer->rows;
        out->entry[s] = arena_new(arena, n, sizeof *out->entry[s]);
        memcpy(out->entry[s], layer->entry, n * sizeof *layer->entry);
    }
}

/* K is Σ f² on the whole box, with a positive prior. */
static bool is_one_ideal(const struct exact *exact)
{
    bool plain =
        exact->n_pieces == 1 && exact->pieces[0].power == 2 && exact->n_prior == 0 && !exact->local;
    for (size_t i = 0; i < exact->dim && plain && exact->pieces[0].signs; i++) {
        plain = exact->pieces[0].signs[i] == 0;
    }
    return plain;
}

bool matrices_of(const struct model *model, const double *at, struct arena *arena,
                 struct matrices *out)
{
    enum { MAX_DIM = 40 };
    struct exact exact = {0};
    const char *why = "";
    *out = (struct matrices){0};
    if (model->dim > MAX_DIM || !model->likelihood)
        return false;
    struct search search = {.exact = &exact, .arena = arena};
    if (!find_arrays(model, &search))
        return false;
    if (exact_of(model, at, arena, &exact, &why) != ST_OK)
        return false;
    bool found = is_one_ideal(&exact) && try_layers(&search, 0, 0) &&
                 least_counts(&search, model, at, &out->rank);
    if (found)
        write_down(&search, arena, out);
    fractions_done(&search.pool);
    exact_done(&exact);
    return found;
}
