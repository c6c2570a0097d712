-- Purpose: reads what the server does for durability.
-- Parameters:
--   1. table: its name
-- Returns: one row (innodb_flush_log_at_trx_commit, innodb_doublewrite, innodb_flush_method, log_bin, sync_binlog, the
--          table's engine; null for what the server does not know)
-- Atomic: the whole statement; reads only.
SELECT MAX(CASE WHEN variable_name = 'innodb_flush_log_at_trx_commit' THEN variable_value END),
       MAX(CASE WHEN variable_name = 'innodb_doublewrite' THEN variable_value END),
       MAX(CASE WHEN variable_name = 'innodb_flush_method' THEN variable_value END),
       MAX(CASE WHEN variable_name = 'log_bin' THEN variable_value END),
       MAX(CASE WHEN variable_name = 'sync_binlog' THEN variable_value END),
       (SELECT engine FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?)
  FROM performance_schema.global_variables
 WHERE variable_name IN ('innodb_flush_log_at_trx_commit', 'innodb_doublewrite', 'innodb_flush_method', 'log_bin',
                         'sync_binlog');
