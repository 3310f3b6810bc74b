/*
 * The library is loaded and unloaded while the process goes on, and the process ends while other threads check.
 *
 *     unload PATH
 */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#include "common.h"

typedef bw_status parse(const bw_named_text *, size_t, bw_engine *, bw_error *);
typedef bw_status check(bw_engine, const bw_request *, bw_decision *);
typedef bw_status release_engine(bw_engine);

static check *check_of;
static bw_engine engine;

static void *forever(void *argument) {
    bw_request request = request_of("user:ana");
    (void)argument;
    for (;;) {
        bw_decision decision = BW_DENY;
        EXPECT(check_of(engine, &request, &decision) == BW_OK && decision == BW_ALLOW);
    }
}

static void *once(void *argument) {
    bw_request request = request_of("user:ana");
    bw_decision decision = BW_DENY;
    (void)argument;
    EXPECT(check_of(engine, &request, &decision) == BW_OK && decision == BW_ALLOW);
    return NULL;
}

static void *function(void *library, const char *name) {
    void *found = dlsym(library, name);
    EXPECT(found != NULL);
    return found;
}

int main(int n_arguments, char **arguments) {
    EXPECT(n_arguments == 2);
    for (int i = 0; i < 20; i++) {
        void *library = dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL);
        EXPECT(library != NULL);
        parse *parse_of;
        release_engine *free_of;
        pthread_t thread;
        *(void **)&parse_of = function(library, "bw_engine_parse");
        *(void **)&check_of = function(library, "bw_check");
        *(void **)&free_of = function(library, "bw_engine_free");
        bw_named_text text = named_text(POLICY);
        EXPECT(parse_of(&text, 1, &engine, NULL) == BW_OK);
        EXPECT(pthread_create(&thread, NULL, once, NULL) == 0 && pthread_join(thread, NULL) == 0);
        if (i == 19) {
            for (int at = 0; at < 3; at++) {
                EXPECT(pthread_create(&thread, NULL, forever, NULL) == 0 && pthread_detach(thread) == 0);
            }
            usleep(20000);
            exit(0);
        }
        EXPECT(free_of(engine) == BW_OK);
        EXPECT(dlclose(library) == 0);
        /* A child of what is left needs nothing of it. */
        pid_t pid = fork();
        EXPECT(pid >= 0);
        if (pid == 0) {
            _exit(0);
        }
    }
    return 1;
}
