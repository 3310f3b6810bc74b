/* Checks allocate nothing: every allocation of the process goes through here and is counted. */

#include "common.h"

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static unsigned long n_allocations;

void *malloc(size_t size) {
    n_allocations++;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
    n_allocations++;
    return __libc_calloc(n, size);
}

void *realloc(void *old, size_t size) {
    n_allocations++;
    return __libc_realloc(old, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    n_allocations++;
    *block = __libc_memalign(alignment, size);
    return *block == NULL;
}

int main(void) {
    bw_engine engine = engine_of(POLICY);
    EXPECT(n_allocations > 10);
    prepared handles = prepare(engine, "user:ana");
    bw_str groups[20];
    bw_value tags[2];
    bw_attribute entries[2];
    memset(tags, 0, sizeof tags);
    memset(entries, 0, sizeof entries);
    for (int i = 0; i < 20; i++) {
        groups[i] = bw_text_of("ml");
    }
    tags[0].kind = tags[1].kind = entries[0].value.kind = BW_VALUE_TEXT;
    tags[0].text = tags[1].text = bw_text_of("a");
    entries[0].name = bw_text_of("network");
    entries[0].value.text = bw_text_of("office");
    entries[1].name = bw_text_of("tags");
    entries[1].value.kind = BW_VALUE_LIST;
    entries[1].value.values = tags;
    entries[1].value.n_values = 2;
    bw_request requests[40];
    bw_prepared_request asked[40];
    bw_situation situation = bw_situation_at(NOW);
    situation.context.entries = entries;
    situation.context.n_entries = 2;
    for (int i = 0; i < 40; i++) {
        requests[i] = request_of(i % 2 == 0 ? "user:ana" : "user:mo");
        requests[i].groups.names = groups;
        requests[i].groups.n_names = (size_t)(i % 21);
        requests[i].context.entries = entries;
        requests[i].context.n_entries = (size_t)(i % 3);
        asked[i].subject = handles.subject;
        asked[i].permission = handles.permission;
        asked[i].scope = handles.scope;
        asked[i].situation = &situation;
    }
    requests[7].subject = bw_text_of("user:\xff");
    bw_decision decisions[40];
    bw_reason reasons[40];
    bw_details details = bw_details_init();
    unsigned long before = n_allocations;
    for (int i = 0; i < 40; i++) {
        bw_check(engine, &requests[i], &decisions[i]);
        bw_check_details(engine, &requests[i], &details);
        bw_subject_check(handles.subject, handles.permission, handles.scope, &situation, &decisions[i]);
        bw_subject_check_details(handles.subject, handles.permission, handles.scope, &situation, &details);
        bw_check(engine + 1, &requests[i], &decisions[i]);
    }
    bw_check_batch(engine, requests, 40, decisions, reasons);
    bw_check_prepared(engine, asked, 40, decisions, reasons);
    EXPECT(n_allocations == before);
    release(handles);
    EXPECT(bw_engine_free(engine) == BW_OK);
    return 0;
}
