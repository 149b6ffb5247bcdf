-- What was given to a project is looked up by the project when its partner reports what was retired or disbursed, and when
-- its statement is written. Old code runs on this.

create index allocation_line_project on allocation_line (project_id) where project_id is not null;
