/*
 * Answers questions from standard input on standard output, so that another language can compare.
 *
 * A number is digits and a space, a text its length, a colon and its bytes; a length of -1 is 'left out'.
 *
 *     L <n> <texts>    loads an engine from texts: `loaded`, or `refused`
 *     Q <request>      decides, in every way that C has: the decision, its reason, until when it holds, and what it rests on
 *     X <request>      explains for people: a text
 *     J <request>      explains for programs: a text
 */

#include "common.h"

enum { TEXTS_MAX = 16, STRINGS_MAX = 4096 };

static char *strings[STRINGS_MAX];
static size_t n_strings;

static long long number(void) {
    long long value = 0;
    EXPECT(scanf("%lld", &value) == 1 && getchar() != EOF);
    return value;
}

/* A text has a block of its own, exactly as long as it is, so that a tool sees every byte too far. */
static bw_str text(void) {
    bw_str string;
    memset(&string, 0, sizeof string);
    long long length = number();
    if (length < 0) {
        return string;
    }
    char *bytes = (char *)malloc(length == 0 ? 1 : (size_t)length);
    EXPECT(bytes != NULL && n_strings < STRINGS_MAX);
    strings[n_strings++] = bytes;
    EXPECT(fread(bytes, 1, (size_t)length, stdin) == (size_t)length);
    string.data = bytes;
    string.len = (size_t)length;
    return string;
}

static void forget(void) {
    while (n_strings != 0) {
        free(strings[--n_strings]);
    }
}

static bw_value single(void) {
    bw_value value;
    memset(&value, 0, sizeof value);
    value.kind = (bw_value_type)number();
    if (value.kind == BW_VALUE_TEXT) {
        value.text = text();
    } else if (value.kind == BW_VALUE_DECIMAL) {
        bw_str digits = text();
        char buffer[64];
        EXPECT(digits.len < sizeof buffer);
        memcpy(buffer, digits.data, digits.len);
        buffer[digits.len] = 0;
        value.decimal = strtod(buffer, NULL);
    } else if (value.kind != BW_VALUE_NULL) {
        value.integer = number();
    }
    return value;
}

typedef struct question {
    bw_request request;
    bw_str groups[BW_GROUPS_MAX];
    bw_attribute attributes[2][BW_ATTRIBUTES_MAX];
    bw_value elements[BW_ELEMENTS_MAX];
} question;

static bw_attributes attributes(question *question, int side, size_t *n_elements) {
    bw_attributes all;
    all.n_entries = (size_t)number();
    all.entries = question->attributes[side];
    EXPECT(all.n_entries <= BW_ATTRIBUTES_MAX);
    for (size_t i = 0; i < all.n_entries; i++) {
        bw_attribute *attribute = &question->attributes[side][i];
        attribute->name = text();
        long long n_values = number();
        if (n_values < 0) {
            attribute->value = single();
            continue;
        }
        memset(&attribute->value, 0, sizeof attribute->value);
        attribute->value.kind = BW_VALUE_LIST;
        attribute->value.values = &question->elements[*n_elements];
        attribute->value.n_values = (size_t)n_values;
        for (long long at = 0; at < n_values; at++) {
            EXPECT(*n_elements < BW_ELEMENTS_MAX);
            question->elements[(*n_elements)++] = single();
        }
    }
    return all;
}

static void read_question(question *question) {
    size_t n_elements = 0;
    bw_request *request = &question->request;
    *request = bw_request_at(number());
    request->tenant = text();
    request->subject = text();
    long long n_groups = number();
    EXPECT(n_groups <= BW_GROUPS_MAX);
    request->groups.is_known = 0 <= n_groups;
    request->groups.names = question->groups;
    request->groups.n_names = n_groups < 0 ? 0 : (size_t)n_groups;
    for (long long i = 0; i < n_groups; i++) {
        question->groups[i] = text();
    }
    request->action = text();
    request->kind = text();
    request->scope = text();
    request->cluster = text();
    request->resource = attributes(question, 0, &n_elements);
    request->context = attributes(question, 1, &n_elements);
}

/* Returns the tenant whose cluster a request names: where it names none, that of its scope, if it is allowed at all. */
static bw_str home_of(const bw_request *request) {
    bw_str home = request->tenant;
    if (home.data == NULL) {
        home = request->scope;
        const char *end = (const char *)memchr(home.data, '/', home.len);
        home.len = end == NULL ? home.len : (size_t)(end - home.data);
    }
    return home;
}

/* Decides by handles, alone and in a list; returns whether every name has one. */
static int by_handles(bw_engine engine, const bw_request *request, bw_details *details) {
    bw_str home = home_of(request);
    bw_prepared_request asked;
    bw_situation situation = bw_situation_at(request->now);
    situation.resource = request->resource;
    situation.context = request->context;
    memset(&asked, 0, sizeof asked);
    asked.situation = &situation;
    int is_prepared =
        bw_engine_subject(engine, request->tenant, request->subject, &request->groups, &asked.subject, NULL) == BW_OK &&
        bw_engine_permission(engine, request->action, request->kind, &asked.permission, NULL) == BW_OK &&
        bw_engine_scope(engine, request->scope, &asked.scope, NULL) == BW_OK &&
        (request->cluster.data == NULL || bw_engine_cluster(engine, home, request->cluster, &situation.cluster, NULL) == BW_OK);
    if (is_prepared) {
        bw_decision decision = BW_DENY, listed = BW_DENY;
        bw_reason reason = BW_REASON_INVALID_REQUEST;
        EXPECT(bw_subject_check(asked.subject, asked.permission, asked.scope, &situation, &decision) == BW_OK);
        EXPECT(bw_subject_check_details(asked.subject, asked.permission, asked.scope, &situation, details) == BW_OK);
        EXPECT(bw_check_prepared(engine, &asked, 1, &listed, &reason) == BW_OK);
        EXPECT(decision == details->decision && listed == decision && reason == details->reason);
    }
    EXPECT(bw_subject_free(asked.subject) == BW_OK);
    return is_prepared;
}

static int same(const bw_details *a, const bw_details *b) {
    return a->decision == b->decision && a->reason == b->reason && a->has_valid_until == b->has_valid_until &&
           a->valid_until == b->valid_until && a->revision == b->revision;
}

static void tell(bw_rule rule, bw_rule_field field) {
    char buffer[4096];
    size_t length = 0;
    EXPECT(bw_rule_text(rule, field, buffer, sizeof buffer, &length) == BW_OK);
    printf("%zu %s", length, buffer);
}

static void decide(bw_engine engine, const bw_request *request) {
    bw_details details = bw_details_init(), by_rule = bw_details_init(), handled = bw_details_init();
    bw_decision decision = BW_ALLOW, listed = BW_ALLOW;
    bw_reason reason = BW_REASON_GRANTED;
    bw_rule rule = 0;
    EXPECT(bw_check(engine, request, &decision) == BW_OK);
    EXPECT(bw_check_details(engine, request, &details) == BW_OK);
    EXPECT(bw_check_rule(engine, request, &by_rule, &rule) == BW_OK);
    EXPECT(bw_check_batch(engine, request, 1, &listed, &reason) == BW_OK);
    EXPECT(same(&details, &by_rule) && decision == details.decision && listed == decision && reason == details.reason);
    if (by_handles(engine, request, &handled)) {
        EXPECT(same(&details, &handled));
    } else {
        EXPECT(decision == BW_DENY);
    }
    printf("%d %s %d %lld ", details.decision, bw_reason_code(details.reason), details.has_valid_until, (long long)details.valid_until);
    for (bw_rule_field field = BW_RULE_WHAT; rule != 0 && field <= BW_RULE_NAME; field++) {
        tell(rule, field);
    }
    putchar('\n');
    EXPECT(bw_rule_free(rule) == BW_OK);
}

static void explain(bw_engine engine, const bw_request *request, bw_explain_form form) {
    static char buffer[1 << 20];
    size_t length = 0;
    bw_text explanation = 0;
    EXPECT(bw_explain(engine, request, form, &explanation) == BW_OK);
    EXPECT(bw_text_copy(explanation, buffer, sizeof buffer, &length) == BW_OK);
    printf("%zu\n%s\n", length, buffer);
    EXPECT(bw_text_free(explanation) == BW_OK);
}

static bw_engine load(void) {
    bw_named_text texts[TEXTS_MAX];
    bw_engine engine = 0;
    long long n = number();
    EXPECT(0 <= n && n <= TEXTS_MAX);
    memset(texts, 0, sizeof texts);
    for (long long i = 0; i < n; i++) {
        texts[i].name = bw_text_of("text");
        texts[i].body = text();
    }
    bw_status status = bw_engine_parse(texts, (size_t)n, &engine, NULL);
    EXPECT(status == BW_OK || status == BW_REFUSED);
    puts(status == BW_OK ? "loaded" : "refused");
    return engine;
}

int main(void) {
    static question asked;
    bw_engine engine = 0;
    for (int what = getchar(); what != EOF; what = getchar()) {
        if (what == 'L') {
            EXPECT(bw_engine_free(engine) == BW_OK);
            engine = load();
        } else if (what == 'Q') {
            read_question(&asked);
            decide(engine, &asked.request);
        } else if (what == 'X' || what == 'J') {
            read_question(&asked);
            explain(engine, &asked.request, what == 'X' ? BW_EXPLAIN_TEXT : BW_EXPLAIN_JSON);
        } else {
            EXPECT(what == '.');
            fflush(stdout);
        }
        forget();
    }
    EXPECT(bw_engine_free(engine) == BW_OK);
    return 0;
}
