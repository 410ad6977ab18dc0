namespace GitLabJira.LocalRuntime;
