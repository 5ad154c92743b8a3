;; A contract that exercises the chain. Memory: 0.. constants, 256.. account id, 512.. promises,
;; 600.. result digits, 700.. data id, 1024.. scratch.
(module
  (import "env" "current_account_id" (func $current_account_id (param i64)))
  (import "env" "predecessor_account_id" (func $predecessor_account_id (param i64)))
  (import "env" "input" (func $input (param i64)))
  (import "env" "register_len" (func $register_len (param i64) (result i64)))
  (import "env" "read_register" (func $read_register (param i64 i64)))
  (import "env" "promise_create"
    (func $promise_create (param i64 i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (import "env" "promise_then"
    (func $promise_then (param i64 i64 i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (import "env" "promise_and" (func $promise_and (param i64 i64) (result i64)))
  (import "env" "promise_batch_create" (func $promise_batch_create (param i64 i64) (result i64)))
  (import "env" "promise_batch_action_transfer" (func $promise_transfer (param i64 i64)))
  (import "env" "promise_batch_action_function_call_weight"
    (func $promise_call_weight (param i64 i64 i64 i64 i64 i64 i64 i64)))
  (import "env" "promise_batch_action_use_global_contract"
    (func $promise_use_global (param i64 i64 i64)))
  (import "env" "promise_return" (func $promise_return (param i64)))
  (import "env" "promise_results_count" (func $promise_results_count (result i64)))
  (import "env" "promise_result" (func $promise_result (param i64 i64) (result i64)))
  (import "env" "promise_yield_create"
    (func $yield_create (param i64 i64 i64 i64 i64 i64 i64) (result i64)))
  (import "env" "promise_yield_resume" (func $yield_resume (param i64 i64 i64 i64) (result i32)))
  (import "env" "value_return" (func $value_return (param i64 i64)))
  (import "env" "storage_write" (func $storage_write (param i64 i64 i64 i64 i64) (result i64)))
  (import "env" "storage_read" (func $storage_read (param i64 i64 i64) (result i64)))
  (import "env" "storage_remove" (func $storage_remove (param i64 i64 i64) (result i64)))
  (import "env" "log_utf8" (func $log (param i64 i64)))
  (import "env" "panic" (func $panic))
  (import "env" "panic_utf8" (func $panic_utf8 (param i64 i64)))
  (import "env" "block_timestamp" (func $block_timestamp (result i64)))
  (import "env" "block_index" (func $block_index (result i64)))
  (import "env" "random_seed" (func $random_seed (param i64)))
  (import "env" "prepaid_gas" (func $prepaid_gas (result i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "ok")
  (data (i32.const 16) "fail")
  (data (i32.const 32) "report")
  (data (i32.const 48) "greeting")
  (data (i32.const 64) "hello")
  (data (i32.const 80) "data_id")
  (data (i32.const 96) "out of luck")
  (data (i32.const 112) "attached")
  (data (i32.const 128) "\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00")

  ;; Writes the contract's own name to 256 and returns its length.
  (func $self (result i64)
    (call $current_account_id (i64.const 0))
    (call $read_register (i64.const 0) (i64.const 256))
    (call $register_len (i64.const 0)))
  (func $return_u64 (param $value i64)
    (i64.store (i32.const 1024) (local.get $value))
    (call $value_return (i64.const 8) (i64.const 1024)))

  ;; Stores its input under "greeting".
  (func (export "set_greeting")
    (call $input (i64.const 1))
    (call $log (i64.const 8) (i64.const 48))
    (drop (call $storage_write
      (i64.const 8) (i64.const 48) (i64.const 18446744073709551615) (i64.const 1) (i64.const 2))))
  (func (export "get_greeting")
    (if (i64.eqz (call $storage_read (i64.const 8) (i64.const 48) (i64.const 1)))
      (then (call $panic_utf8 (i64.const 11) (i64.const 96))))
    (call $value_return (i64.const 18446744073709551615) (i64.const 1)))
  (func (export "remove_greeting")
    (drop (call $storage_remove (i64.const 8) (i64.const 48) (i64.const 1))))

  (func (export "ok") (call $value_return (i64.const 5) (i64.const 64)))
  ;; Logs, writes, then panics.
  (func (export "fail")
    (call $log (i64.const 5) (i64.const 64))
    (drop (call $storage_write
      (i64.const 1) (i64.const 64) (i64.const 5) (i64.const 64) (i64.const 9)))
    (call $panic_utf8 (i64.const 11) (i64.const 96)))
  (func (export "panic") (call $panic))
  (func (export "spin") (loop $forever (br $forever)))
  (func (export "now") (call $return_u64 (call $block_timestamp)))
  (func (export "height") (call $return_u64 (call $block_index)))
  (func (export "attached") (call $return_u64 (call $prepaid_gas)))
  (func (export "seed")
    (call $random_seed (i64.const 1))
    (call $value_return (i64.const 18446744073709551615) (i64.const 1)))

  ;; promise_and(ok, fail).then(report), returned.
  (func (export "both") (local $self i64)
    (local.set $self (call $self))
    (i64.store (i32.const 512) (call $promise_create
      (local.get $self) (i64.const 256) (i64.const 2) (i64.const 0)
      (i64.const 0) (i64.const 0) (i64.const 128) (i64.const 5000000000000)))
    (i64.store (i32.const 520) (call $promise_create
      (local.get $self) (i64.const 256) (i64.const 4) (i64.const 16)
      (i64.const 0) (i64.const 0) (i64.const 128) (i64.const 5000000000000)))
    (call $promise_return (call $promise_then
      (call $promise_and (i64.const 512) (i64.const 2))
      (local.get $self) (i64.const 256) (i64.const 6) (i64.const 32)
      (i64.const 0) (i64.const 0) (i64.const 128) (i64.const 20000000000000))))
  ;; One digit per promise result: 1 success, 2 failure.
  (func (export "report") (local $i i64) (local $count i64)
    (local.set $count (call $promise_results_count))
    (block $done (loop $next
      (br_if $done (i64.ge_u (local.get $i) (local.get $count)))
      (i32.store8
        (i32.add (i32.const 600) (i32.wrap_i64 (local.get $i)))
        (i32.add (i32.const 48)
          (i32.wrap_i64 (call $promise_result (local.get $i) (i64.const 1)))))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br $next)))
    (call $value_return (local.get $count) (i64.const 600)))

  ;; Yields to "report" and stores the data id.
  (func (export "yield") (local $promise i64)
    (local.set $promise (call $yield_create
      (i64.const 6) (i64.const 32) (i64.const 0) (i64.const 0)
      (i64.const 10000000000000) (i64.const 0) (i64.const 2)))
    (call $read_register (i64.const 2) (i64.const 700))
    (drop (call $storage_write
      (i64.const 7) (i64.const 80) (i64.const 32) (i64.const 700) (i64.const 3)))
    (call $promise_return (local.get $promise)))
  ;; Resumes the stored yield; returns 1 when it took, 0 when there was nothing to resume.
  (func (export "resume")
    (drop (call $storage_read (i64.const 7) (i64.const 80) (i64.const 3)))
    (call $read_register (i64.const 3) (i64.const 700))
    (i32.store8 (i32.const 600) (i32.add (i32.const 48)
      (call $yield_resume (i64.const 32) (i64.const 700) (i64.const 5) (i64.const 64))))
    (call $value_return (i64.const 1) (i64.const 600)))

  ;; Sends the u128 in its input to the caller.
  (func (export "pay_back") (local $promise i64)
    (call $input (i64.const 1))
    (call $read_register (i64.const 1) (i64.const 1024))
    (call $predecessor_account_id (i64.const 0))
    (call $read_register (i64.const 0) (i64.const 256))
    (local.set $promise
      (call $promise_batch_create (call $register_len (i64.const 0)) (i64.const 256)))
    (call $promise_transfer (local.get $promise) (i64.const 1024))
    (call $promise_return (local.get $promise)))
  ;; Calls "attached" on itself with no fixed gas and weight 1.
  (func (export "weighted") (local $promise i64)
    (local.set $promise (call $promise_batch_create (call $self) (i64.const 256)))
    (call $promise_call_weight
      (local.get $promise) (i64.const 8) (i64.const 112) (i64.const 0) (i64.const 0)
      (i64.const 128) (i64.const 0) (i64.const 1))
    (call $promise_return (local.get $promise)))
  ;; Asks for an action that near-devnode does not execute.
  (func (export "use_global") (local $promise i64)
    (local.set $promise (call $promise_batch_create (call $self) (i64.const 256)))
    (call $promise_use_global (local.get $promise) (i64.const 32) (i64.const 700)))
)
