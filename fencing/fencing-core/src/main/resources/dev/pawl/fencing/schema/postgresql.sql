-- Purpose: makes the table of the marks of resources, where it is missing. One row a resource, as long as the resource.
-- Parameters: none
-- Returns: nothing
-- Atomic: the whole statement; may be run again, and by several processes at once.
--
-- resource        its name in percent-encoding
-- issuer          who counts the tokens, in percent-encoding; empty before the first one
-- floor_mark      the least number that is not stale
-- top_mark        the highest number that has entered
-- format_version  who does not know it must not touch the row
-- The fill factor leaves room for new versions of a row on its own page.
CREATE TABLE IF NOT EXISTS pawl_fence (
    resource       VARCHAR(1536) COLLATE "C"   NOT NULL PRIMARY KEY,
    issuer         VARCHAR(3072) COLLATE "C"   NOT NULL,
    floor_mark     BIGINT                      NOT NULL,
    top_mark       BIGINT                      NOT NULL,
    format_version INTEGER                     NOT NULL,
    updated_at     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    CONSTRAINT pawl_fence_marks CHECK (floor_mark >= 0 AND top_mark >= 0)
) WITH (fillfactor = 50);
