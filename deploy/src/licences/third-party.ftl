<#setting locale="en_US">
The jars of others that ship with demofusion-cluster, and under which licence. Between "or" one may
choose. COPYRIGHT.txt (in the Debian package: copyright) says whose they are, and has the texts.

<#assign lines = []>
<#list dependencyMap as e>
<#if e.getKey().groupId != "demofusion">
<#assign lines = lines + ["${e.getKey().artifactId}-${e.getKey().version} (${e.getKey().groupId}): ${e.getValue()?sort?join(' or ')}"]>
</#if>
</#list>
<#list lines?sort as line>
${line}
</#list>
